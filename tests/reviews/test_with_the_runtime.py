"""The whole way: a run parks, people decide through the services, and the runtime does exactly that."""

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agentops.core.audit.verify import verify
from agentops.core.money import Money
from reviews import services
from reviews.lifecycle import Verdict
from reviews.models import Review
from reviews.step_up import StepUp
from runs import drain, leased, policy, sql
from runs import services as runtime
from runs.agents import Agent, Assessment, Planned, Ref, StageTable, agents
from runs.leased import LeasedRun
from runs.models import Effect, Run
from tools_registry.facts import Grant
from tools_registry.kinds import Effect as Performed
from tools_registry.kinds import Impact, Mode
from tools_registry.queries import current_policy
from tools_registry.services.policy import change_policy_by_command
from tools_registry.services.seeding import ensure_policy
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .conftest import SETUP

pytestmark = pytest.mark.django_db(transaction=True)
SHIPPED: list[str] = []


class Parcel(ToolInput):
    what: str
    worth: Decimal


class Shipped(ToolOutput):
    number: str


@tool(
    impact=Impact.MONEY,
    effect=Performed.TRANSACTIONAL,
    reference=lambda args: f"parcel:{args.what}",
    amount=lambda args: Money(args.worth, "EUR"),
    counterparty=lambda args: f"buyer:{args.what}",
    examples=[{"what": "lamp", "worth": "10"}],
)
def ship_parcel(args: Parcel, *, call: ToolCall) -> Shipped:
    """Ship a parcel."""
    SHIPPED.append(f"{args.what} {args.worth}")
    return Shipped(number=f"P-{args.what}")


class Depot(Agent):
    """Ships what it is asked to."""

    name, label, desk, code_version, tools = "depot", "Depot", "payables", "1", ("ship_parcel",)
    stages = StageTable(
        {"shipping": frozenset({"done"}), "done": frozenset()},
        {"shipping": frozenset({"ship_parcel"})},
        "shipping",
        "done",
    )

    def plan(self, goal):
        args = {"what": Ref("input.what"), "worth": Ref("input.worth")}
        return [Planned("ship", "ship_parcel", args, "shipping", proposal="ship")]

    def assess(self, label, actions, results, goal):
        _, args = actions[0]
        return Assessment(
            sentence=f"Ship {args['what']} worth {args['worth']} EUR.",
            confidence=Decimal("0.9"),
            counterparty=f"buyer:{args['what']}",
            fields=({"name": "worth", "label": "Worth", "value": str(args["worth"])},),
        )


@pytest.fixture
def depot(people, monkeypatch):
    """Starts a run and carries it until it waits; returns its open review."""
    monkeypatch.setitem(agents._agents, "depot", Depot())
    monkeypatch.setattr("runs.bell.ring", lambda: None)
    ensure_policy()
    runtime._version.cache_clear()
    leased._known_plans.clear()  # the tables were emptied since
    grant = Grant("depot", "ship_parcel", Mode.AUTO, item_limit=Decimal(100), second_signature_over=Decimal(500))
    change_policy_by_command(to=current_policy().with_grant(grant), why="a test", now=datetime.now(UTC))
    SHIPPED.clear()

    def start(worth: str, requester=None) -> Review:
        given = {"what": f"lamp-{worth}", "worth": worth}
        run_id = runtime.start_run(agent="depot", requester=requester or people.inbox, goal="ship", given=given)
        work()
        return waiting(run_id)

    return start


def work():
    for row in sql.claim(10, holder="test"):
        drain.carry(LeasedRun.from_row(row, "test", policy.current()), threading.Event())


def waiting(run_id):
    return Review.objects.filter(run_id=run_id, closed_at=None).select_related("proposal").first()


def said(review, now):
    return {"review_id": review.id, "seen": review.digest, "now": now}


def test_what_was_approved_is_done_once_and_the_trail_verifies(depot, people, now):
    review = depot("250")
    assert (review.title, review.codes) == ("Ship lamp-250 worth 250 EUR.", ["amount_over_limit"])
    services.approve(**said(review, now), signer=people.maria, words="Agreed.")
    work()
    assert SHIPPED == ["lamp-250 250"]
    assert Run.objects.get().status == "completed"
    assert verify().ok


def test_a_signer_who_lost_the_desk_before_the_effect_stops_it(depot, people, desk, now):
    review = depot("250")
    services.approve(**said(review, now), signer=people.maria)
    services.revoke_desk(to=people.maria, desk=desk, by=SETUP)
    work()
    assert SHIPPED == []
    again = waiting(review.run_id)
    assert again.proposal.number == 2
    services.approve(**said(again, now), signer=people.omar)
    work()
    assert SHIPPED == ["lamp-250 250"]


def test_what_was_edited_is_what_is_done(depot, people, now):
    review = depot("250")
    with pytest.raises(services.RunRefused) as refused:
        services.edit_and_approve(**said(review, now), signer=people.maria, edits={0: {"worth": "much"}})
    assert "0.worth" in refused.value.errors
    services.edit_and_approve(**said(review, now), signer=people.maria, edits={0: {"worth": "190"}})
    work()
    assert SHIPPED == ["lamp-250 190"]
    assert verify().ok


def test_an_edit_below_the_limit_is_still_the_editors_signature(depot, people, now):
    review = depot("250")
    services.edit_and_approve(**said(review, now), signer=people.maria, edits={0: {"worth": "90"}})
    work()
    assert SHIPPED == ["lamp-250 90"]
    assert Effect.objects.get().approval.signers == [people.maria.id]


def test_two_people_sign_what_is_above_the_second_limit(depot, people, now):
    review = depot("750")
    services.approve(**said(review, now), signer=people.maria)
    work()
    assert SHIPPED == []
    step_up = StepUp(people.amina.id, review.digest, now)
    services.approve(**said(review, now), signer=people.amina, step_up=step_up)
    work()
    assert SHIPPED == ["lamp-750 750"]


def test_an_edit_above_the_second_limit_needs_another_person(depot, people, now):
    review = depot("250")
    services.edit_and_approve(**said(review, now), signer=people.jonas, edits={0: {"worth": "900"}})
    work()
    assert SHIPPED == []
    review = waiting(review.run_id)
    step_up = StepUp(people.jonas.id, review.digest, now)
    with pytest.raises(services.MayNotSign):
        services.approve(**said(review, now), signer=people.jonas, step_up=step_up)
    step_up = StepUp(people.amina.id, review.digest, now)
    services.approve(**said(review, now), signer=people.amina, step_up=step_up)
    work()
    assert SHIPPED == ["lamp-250 900"]


def test_sent_back_it_returns_as_the_next_proposal_until_the_rounds_are_used_up(depot, people, now):
    review = depot("250")
    for _ in range(3):
        services.send_back(**said(review, now), signer=people.maria, words="Look again.")
        work()
        review = waiting(review.run_id)
    with pytest.raises(services.RunRefused):
        services.send_back(**said(review, now), signer=people.maria, words="Look again.")
    services.reject(**said(review, now), signer=people.maria, code="not_ours")
    assert (SHIPPED, Run.objects.get().status) == ([], "rejected")
    assert verify().ok


def test_nobody_approves_a_run_they_asked_for(depot, people, now):
    review = depot("250", requester=people.maria)
    with pytest.raises(services.MayNotSign, match="You asked for this run"):
        services.approve(**said(review, now), signer=people.maria)


def test_undone_within_its_seconds_nothing_happens_until_it_is_approved_again(depot, people, desk, now):
    desk.undo_seconds = 60
    desk.save()
    review = depot("250")
    services.approve(**said(review, now), signer=people.maria)
    work()
    again = services.undo(review_id=review.id, signer=people.maria, now=now)
    Run.objects.update(not_before=None)
    work()
    assert SHIPPED == []
    desk.undo_seconds = 0
    desk.save()
    services.approve(**said(again, now), signer=people.maria)
    work()
    assert SHIPPED == ["lamp-250 250"]


def test_once_it_fired_it_cannot_be_taken_back(depot, people, now):
    review = depot("250")
    services.approve(**said(review, now), signer=people.maria)
    work()
    with pytest.raises(services.TooLateToTakeBack):
        services.revoke(review_id=review.id, signer=people.maria, words="Wrong.", now=now)


def test_what_ran_alone_and_was_drawn_is_checked_blind(depot, people, now):
    grant = Grant("depot", "ship_parcel", Mode.AUTO, item_limit=Decimal(100), sampling_rate=Decimal(1))
    change_policy_by_command(to=current_policy().with_grant(grant), why="a test", now=datetime.now(UTC))
    sample = depot("50")
    assert SHIPPED == ["lamp-50 50"]
    assert (sample.kind, sample.reasons) == ("sample", [])
    services.judge_sample(**said(sample, now), signer=people.maria, verdict=Verdict.WOULD_APPROVE)
    assert verify().ok


def test_a_cancelled_run_withdraws_its_review(depot, people, now):
    review = depot("250")
    runtime.cancel_run(run_id=review.run_id, by=people.inbox, reason="a test", now=now)
    review.refresh_from_db()
    assert review.status == "withdrawn"
