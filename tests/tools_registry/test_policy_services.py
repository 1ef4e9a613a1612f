"""Changing the policy: tightening at once, loosening with two administrators, by every path."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction

from agentops.core.permissions import Role
from tools_registry import queries, services
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.models import PendingPolicy, PendingStatus, PolicyHead, PolicySource, PolicyVersion
from tools_registry.policy import EMPTY_HASH, Policy, PolicyInvalid

pytestmark = pytest.mark.django_db
D = Decimal
PAY = Grant("invoices", "pay", Mode.AUTO, item_limit=D(10_000), day_limit_agent=D(50_000))
FIRST = Policy.of([PAY])
LOOSER = Policy.of([replace(PAY, item_limit=D(15_000))])
TIGHTER = Policy.of([replace(PAY, item_limit=D(5_000))])


@pytest.fixture
def first(now):
    """The policy that a command set before anybody confirmed one."""
    return services.change_policy_by_command(to=FIRST, why="set up", now=now).applied


def test_a_new_database_grants_nothing():
    assert queries.head_hash() == EMPTY_HASH
    assert queries.current_policy().all_grants() == []
    assert queries.grants_for(EMPTY_HASH, "invoices") == {}
    assert queries.grants_for(None, "invoices") == {}


def test_before_anybody_confirmed_one_a_command_sets_the_policy_directly(first, told):
    assert queries.head_hash() == first.hash
    assert queries.current_policy().grant("invoices", "pay") == PAY
    assert queries.grants_for(first.hash, "invoices") == {"pay": PAY}
    assert (first.source, first.loosens, first.author) == (PolicySource.COMMAND, True, None)
    assert told() == ["policy.changed"]


def test_tightening_applies_at_once(first, ines, now, told):
    proposed = services.propose_policy(to=TIGHTER, author=ines, why="quarter end", now=now, seen=first.hash)
    assert proposed.pending is None
    assert queries.current_policy().grant("invoices", "pay").item_limit == D(5_000)
    assert (proposed.applied.author, proposed.applied.parent, proposed.applied.why) == (
        ines,
        first,
        "quarter end",
    )
    assert told()[1:] == ["policy.changed"]


def test_loosening_waits_for_a_second_administrator(first, ines, henrik, now, told):
    proposed = services.propose_policy(to=LOOSER, author=ines, why="backlog", now=now)
    assert proposed.applied is None
    assert queries.head_hash() == first.hash
    assert list(queries.waiting_policies()) == [proposed.pending]

    version = services.confirm_policy(pending_id=proposed.pending.id, confirmer=henrik, now=now)
    assert queries.head_hash() == version.hash
    assert (version.author, version.confirmer, version.loosens) == (ines, henrik, True)
    assert queries.current_policy().grant("invoices", "pay").item_limit == D(15_000)
    assert told()[1:] == ["policy.proposed", "policy.changed"]


def test_a_mixed_change_tightens_now_and_asks_for_the_rest(first, ines, henrik, now):
    to = Policy.of([replace(PAY, item_limit=D(15_000), day_limit_agent=D(20_000))])
    proposed = services.propose_policy(to=to, author=ines, why="both", now=now)
    assert [change["cell"] for change in proposed.applied.changes] == ["day_limit_agent"]
    assert [change["cell"] for change in proposed.pending.changes] == ["item_limit"]
    assert str(proposed) == "1 changes apply now; 1 wait for a policy administrator to confirm them."
    services.confirm_policy(pending_id=proposed.pending.id, confirmer=henrik, now=now)
    assert queries.current_policy().all_grants() == to.all_grants()


def test_nobody_confirms_what_they_asked_for(first, ines, now):
    pending = services.propose_policy(to=LOOSER, author=ines, why="", now=now).pending
    with pytest.raises(services.MayNotChangePolicy, match="second administrator"):
        services.confirm_policy(pending_id=pending.id, confirmer=ines, now=now)


def test_only_policy_administrators_change_policy(first, person, ines, henrik, now):
    reviewer = person("Rita", Role.REVIEWER)
    with pytest.raises(services.MayNotChangePolicy):
        services.propose_policy(to=TIGHTER, author=reviewer, why="", now=now)
    pending = services.propose_policy(to=LOOSER, author=ines, why="", now=now).pending
    with pytest.raises(services.MayNotChangePolicy):
        services.confirm_policy(pending_id=pending.id, confirmer=reviewer, now=now)
    ines.groups.clear()  # both must be entitled when it happens
    with pytest.raises(services.MayNotChangePolicy):
        services.confirm_policy(pending_id=pending.id, confirmer=henrik, now=now)


def test_a_change_is_answered_once_and_in_time(first, ines, henrik, now, told):
    pending = services.propose_policy(to=LOOSER, author=ines, why="", now=now).pending
    with pytest.raises(services.PendingClosed, match="in time"):
        services.confirm_policy(pending_id=pending.id, confirmer=henrik, now=now + timedelta(days=1))
    services.refuse_policy(pending_id=pending.id, by=henrik, now=now)
    with pytest.raises(services.PendingClosed):
        services.confirm_policy(pending_id=pending.id, confirmer=henrik, now=now)
    assert told()[-1] == "policy.refused"


def test_what_nobody_confirms_expires(first, ines, now, told):
    pending = services.propose_policy(to=LOOSER, author=ines, why="", now=now).pending
    assert services.expire_pending(now=now) == 0
    assert services.expire_pending(now=now + timedelta(days=1)) == 1
    pending.refresh_from_db()
    assert (pending.status, pending.decided_by) == (PendingStatus.EXPIRED, None)
    assert told()[-1] == "policy.expired"


def test_a_pending_change_does_not_undo_what_was_tightened_since(first, ines, henrik, now):
    pending = services.propose_policy(to=LOOSER, author=ines, why="", now=now).pending
    stricter = Policy.of([replace(PAY, day_limit_agent=D(1))])
    services.propose_policy(to=stricter, author=henrik, why="", now=now)
    services.confirm_policy(pending_id=pending.id, confirmer=henrik, now=now)
    grant = queries.current_policy().grant("invoices", "pay")
    assert (grant.item_limit, grant.day_limit_agent) == (D(15_000), D(1))


def test_a_pending_change_of_a_cell_that_moved_is_refused(first, ines, henrik, now):
    pending = services.propose_policy(to=LOOSER, author=ines, why="", now=now).pending
    services.propose_policy(to=TIGHTER, author=henrik, why="", now=now)
    with pytest.raises(services.PolicyMoved):
        services.confirm_policy(pending_id=pending.id, confirmer=henrik, now=now)


def test_who_looked_at_an_older_policy_looks_again(first, ines, henrik, now):
    services.propose_policy(to=TIGHTER, author=henrik, why="", now=now)
    with pytest.raises(services.PolicyMoved):
        services.propose_policy(to=LOOSER, author=ines, why="", now=now, seen=first.hash)


def test_after_a_person_has_confirmed_a_policy_a_command_can_only_ask(first, ines, henrik, now):
    pending = services.propose_policy(to=LOOSER, author=ines, why="", now=now).pending
    version = services.confirm_policy(pending_id=pending.id, confirmer=henrik, now=now)

    proposed = services.change_policy_by_command(to=TIGHTER, why="file", now=now)
    assert proposed.applied is None
    assert "wait for a policy administrator" in str(proposed)
    assert queries.head_hash() == version.hash
    made = services.confirm_policy(pending_id=proposed.pending.id, confirmer=ines, now=now)
    assert (made.author, made.confirmer, made.source) == (None, ines, PolicySource.PERSON)


def test_the_same_policy_again_changes_nothing(first, ines, now):
    assert services.change_policy_by_command(to=FIRST, why="", now=now) == services.Proposed(None, None)
    assert services.propose_policy(to=FIRST, author=ines, why="", now=now) == services.Proposed(None, None)
    assert PolicyVersion.objects.count() == 2


def test_a_malformed_policy_never_gets_in(ines, now):
    with pytest.raises(PolicyInvalid):
        Policy.of([replace(PAY, item_limit=D("NaN"))])


# --- going around the service -----------------------------------------------------------------------


def version_of(first, **fields) -> PolicyVersion:
    usual = {
        "hash": "f" * 64,
        "body": {},
        "parent": first,
        "source": PolicySource.PERSON,
        "loosens": True,
        "changes": [],
    }
    return PolicyVersion(**{**usual, **fields})


def refused(told: str):
    return pytest.raises(Error, match=told)


def test_the_database_refuses_a_loosening_by_one_person(first, ines):
    for fields in ({"author": ines}, {"author": ines, "confirmer": ines}):
        with refused("second_administrator"), transaction.atomic():
            version_of(first, **fields).save(force_insert=True)


def test_the_database_refuses_a_policy_by_somebody_else(first, person, ines):
    rita = person("Rita", Role.REVIEWER)
    for fields in ({"author": rita, "loosens": False}, {"author": ines, "confirmer": rita}):
        with refused("only policy administrators"), transaction.atomic():
            version_of(first, **fields).save(force_insert=True)


def test_the_database_refuses_a_loosening_command_once_a_person_confirmed(first, ines, henrik, now):
    pending = services.propose_policy(to=LOOSER, author=ines, why="", now=now).pending
    version = services.confirm_policy(pending_id=pending.id, confirmer=henrik, now=now)
    with refused("a command can only ask"), transaction.atomic():
        version_of(version, source=PolicySource.COMMAND).save(force_insert=True)


@pytest.mark.parametrize("statement", ["UPDATE {} SET why = 'x'", "DELETE FROM {}"])
def test_a_policy_version_never_changes(first, statement):
    with refused("append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("tools_registry_policyversion"))


def test_the_head_moves_only_along_the_chain(first, ines):
    stray = version_of(None, author=ines, loosens=False)
    stray.save(force_insert=True)
    with refused("made from the one in force"), transaction.atomic():
        PolicyHead.objects.update(current=stray)
    with refused("made from the one in force"), transaction.atomic():
        PolicyHead.objects.update(current=EMPTY_HASH)  # not even back
    with refused("append-only"), transaction.atomic():
        PolicyHead.objects.all().delete()


def test_two_versions_never_follow_one(first, ines):
    version_of(first, author=ines, loosens=False).save(force_insert=True)
    with refused("parent_id"), transaction.atomic():
        version_of(first, hash="e" * 64, author=ines, loosens=False).save(force_insert=True)


def test_a_pending_change_cannot_be_rewritten_confirmed_alone_or_answered_again(first, ines, henrik, now):
    pending = services.propose_policy(to=LOOSER, author=ines, why="", now=now).pending
    row = PendingPolicy.objects.filter(id=pending.id)
    with refused("never changes"), transaction.atomic():
        row.update(changes=[])
    with refused("not_confirmed_by_its_author"), transaction.atomic():
        row.update(status=PendingStatus.CONFIRMED, decided_by=ines, decided_at=now)
    services.refuse_policy(pending_id=pending.id, by=henrik, now=now)
    with refused("already answered"), transaction.atomic():
        row.update(status=PendingStatus.CONFIRMED, decided_by=henrik)
    with refused("append-only"), transaction.atomic():
        row.delete()
