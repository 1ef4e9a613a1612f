"""Administrators change what agents may do, and operators stop them, while invoices keep coming."""

import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connections
from django.urls import reverse

from reviews.models import Decision, Review
from runs.models import Effect, Run
from tests.stories.conftest import assert_in_order, at_work, books, now, open_review, token, until
from tools_registry import services
from tools_registry.models import PolicyVersion, Switch
from tools_registry.queries import current_policy

PAYING = ("post_to_accounting", "schedule_payment")


def changed(**cells):
    """The policy in force with other cells for what moves money."""
    policy = current_policy()
    for grant in policy.all_grants():
        if grant.tool in PAYING:
            policy = policy.with_grant(replace(grant, **cells))
    return policy


def ask_for(house, name="pia.hansen", **cells):
    why = "because it is time"
    return services.propose_policy(to=changed(**cells), author=house.person(name), why=why, now=now())


def test_a_tightening_counts_at_once_and_a_loosening_after_the_second_administrator(open_house):
    tightened = ask_for(open_house, item_limit=Decimal(100))
    assert (bool(tightened.applied), tightened.pending) == (True, None)
    first = open_house.waiting(open_house.send(open_house.bill("400.00")))
    assert first.codes == ["amount_over_limit"]

    waits = ask_for(open_house, item_limit=Decimal(5000)).pending
    assert open_house.settled(open_house.send(open_house.bill("401.00"))).status == "awaiting"
    with pytest.raises(services.MayNotChangePolicy):
        services.confirm_policy(pending_id=waits.id, confirmer=open_house.person("pia.hansen"), now=now())
    with pytest.raises(services.MayNotChangePolicy):
        services.confirm_policy(pending_id=waits.id, confirmer=open_house.person("oskar.lang"), now=now())
    services.confirm_policy(pending_id=waits.id, confirmer=open_house.person("david.okoye"), now=now())
    until(lambda: open_house.settled(open_house.send(open_house.bill("402.00"))).status == "completed")
    # What waited before keeps waiting: a person was asked, and a person answers.
    assert Run.objects.get(pk=first.run_id).status == "awaiting"
    assert_in_order()


def test_two_who_confirm_at_once_apply_it_once(house):
    waits = ask_for(house, item_limit=Decimal(12_000)).pending
    others = [house.person("david.okoye"), house.person("david.okoye")]
    ready, answers = threading.Barrier(2), []

    def confirm(person):
        ready.wait()
        try:
            answers.append(services.confirm_policy(pending_id=waits.id, confirmer=person, now=now()))
        except services.PendingClosed as refusal:
            answers.append(refusal)
        connections.close_all()

    threads = [threading.Thread(target=confirm, args=(person,)) for person in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["PendingClosed", "PolicyVersion"]
    assert PolicyVersion.objects.filter(confirmer__isnull=False).count() == 1


def test_of_two_loosenings_of_one_cell_the_later_confirmation_is_told_that_the_world_moved(house):
    first = ask_for(house, item_limit=Decimal(12_000)).pending
    second = ask_for(house, "david.okoye", item_limit=Decimal(20_000)).pending
    services.confirm_policy(pending_id=second.id, confirmer=house.person("pia.hansen"), now=now())
    with pytest.raises(services.PolicyMoved):
        services.confirm_policy(pending_id=first.id, confirmer=house.person("david.okoye"), now=now())
    limits = {grant.item_limit for grant in current_policy().all_grants() if grant.tool in PAYING}
    assert limits == {Decimal(20_000)}


def test_after_people_confirmed_a_policy_a_command_only_asks(house):
    waits = ask_for(house, item_limit=Decimal(12_000)).pending
    services.confirm_policy(pending_id=waits.id, confirmer=house.person("david.okoye"), now=now())
    done = services.change_policy_by_command(to=changed(item_limit=Decimal(1)), why="load_policy", now=now())
    assert (done.applied, bool(done.pending)) == (None, True)


def test_what_was_approved_before_a_tightening_asks_for_the_second_signature(open_house):
    open_house.desk.undo_seconds = 1
    open_house.desk.save()
    review = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    open_house.say(open_house.browser("tom.brandt"), review, "approve")
    ask_for(open_house, second_signature_over=Decimal(1000))
    until(lambda: Review.objects.filter(run_id=review.run_id, closed_at=None).exists())
    again = open_review(review.run_id)
    assert again.proposal.signatures == 2
    assert books() == (0, 0, 0)


@pytest.mark.parametrize("scope", ["all", "agent:invoices", "tool:schedule_payment"])
def test_a_kill_switch_stops_what_runs_and_two_people_let_it_go_on(open_house, scope):
    approved = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    oskar = open_house.browser("oskar.lang")
    oskar.post(reverse("permissions:stop"), {"scope": scope, "why": "Something is odd.", **token(oskar)})
    assert Switch.objects.get().scope == scope
    held = open_house.send(open_house.bill("400.00"))
    open_house.say(open_house.browser("tom.brandt"), approved, "approve")
    for run_id in (held, approved.run_id):
        until(lambda run_id=run_id: Run.objects.get(pk=run_id).awaiting == "hold", 5)
    posted = 1 if scope.startswith("tool") else 0
    assert books()[2] == 0
    assert books()[0] <= posted * 2

    pia, david = open_house.browser("pia.hansen"), open_house.browser("david.okoye")
    for client in (oskar, pia, pia):  # who stopped it may not, and one administrator is not two
        client.post(reverse("permissions:release"), {"scope": scope, **token(client)})
        assert Switch.objects.exists()
    david.post(reverse("permissions:release"), {"scope": scope, **token(david)})
    assert not Switch.objects.exists()
    assert [open_house.ended(run_id).status for run_id in (held, approved.run_id)] == ["completed", "completed"]
    assert books() == (2, 2, 2)
    assert Decision.objects.count() == 1
    assert_in_order()


def test_two_workers_race_for_many_copies_and_orders_and_nothing_is_posted_twice_or_beyond(house):
    invoice = house.bill("500.00")
    copies = [house.send(invoice, kind=kind) for kind in ("xml-ubl", "xml-cii") for _ in range(4)]
    others = [house.send(house.bill(f"{net}.00")) for net in range(401, 407)]
    with at_work(threads=4), at_work(threads=4):
        for run_id in (*copies, *others):
            house.settled(run_id, 40)
    assert books() == (7, 7, 7)
    assert Effect.objects.filter(tool="post_to_accounting", status="confirmed").count() == 7
    assert sorted(Run.objects.filter(pk__in=copies).values_list("status", flat=True)) == ["awaiting"] * 7 + [
        "completed"
    ]
    assert_in_order()


def test_a_days_limit_of_a_vendor_is_not_slipped_under_by_two_workers(house):
    services.change_policy_by_command(to=changed(day_limit_counterparty=Decimal(1500)), why="a test", now=now())
    runs = [house.send(house.bill(f"40{n}.00")) for n in range(6)]  # about 480 gross each: three fit
    with at_work(threads=4), at_work(threads=4):
        for run_id in runs:
            house.settled(run_id, 40)
    assert books() == (3, 3, 3)
    assert_in_order()
