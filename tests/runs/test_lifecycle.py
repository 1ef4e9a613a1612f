"""The database holds the same moves as the tables in `runs.lifecycle`, and refuses whoever goes round the services."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from agentops.core.ids import uuid7
from agentops.core.transitions import IllegalTransition
from runs.lifecycle import EFFECT_MOVES, ENDED, PROPOSAL_MOVES, RUN_MOVES, RunStatus
from runs.models import Action, Approval, Effect, Proposal, Run, Step

TABLES = {
    "runs_run_status_moves": RUN_MOVES,
    "runs_proposal_state_moves": PROPOSAL_MOVES,
    "runs_effect_status_moves": EFFECT_MOVES,
}


@pytest.mark.django_db
@pytest.mark.parametrize("function", TABLES)
def test_the_trigger_allows_exactly_the_moves_of_the_table(function):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [function])
        (source,) = cursor.fetchone()
    held = set(re.findall(r"'(\w+>\w+)'", source))
    assert held == {f"{str.__str__(a)}>{str.__str__(b)}" for a, b in TABLES[function].pairs()}


@given(st.lists(st.sampled_from(list(RunStatus)), min_size=1, max_size=12))
@settings(max_examples=200)
def test_no_walk_leaves_an_end(walk):
    here = RunStatus.QUEUED
    for status in walk:
        try:
            RUN_MOVES.check(here, status)
        except IllegalTransition:
            continue
        assert here not in ENDED
        here = status


def refused(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_a_run_does_not_jump_or_rise_again(shop):
    run_id = shop.start()
    run = Run.objects.filter(pk=run_id)
    refused(lambda: run.update(status="completed", ended_at=datetime.now(UTC), due_at=None))
    shop.work()
    refused(lambda: run.update(status="queued", ended_at=None, due_at=datetime.now(UTC)))
    refused(lambda: run.update(spent_steps=0))
    refused(lambda: run.update(epoch=0))
    refused(lambda: run.update(audit_seq=1))
    refused(lambda: run.update(revision=0))
    refused(lambda: run.delete())


def test_a_run_is_running_exactly_when_it_is_leased(shop):
    run_id = shop.start()
    refused(lambda: Run.objects.filter(pk=run_id).update(status="running", epoch=1))
    refused(lambda: Run.objects.filter(pk=run_id).update(lease_until=datetime.now(UTC)))


def test_spending_more_than_the_budget_is_refused(shop):
    run_id = shop.start()
    refused(lambda: Run.objects.filter(pk=run_id).update(spent_steps=1000))
    refused(lambda: Run.objects.filter(pk=run_id).update(spent_cost=10**9))
    refused(lambda: Run.objects.filter(pk=run_id).update(revision=9))


def test_what_was_recorded_does_not_change(shop):
    run_id = shop.start()
    shop.work()
    refused(lambda: Step.objects.filter(run_id=run_id).update(note="other"))
    refused(lambda: Step.objects.filter(run_id=run_id).delete())
    refused(lambda: Action.objects.filter(proposal__run_id=run_id).update(args={}))
    refused(lambda: Proposal.objects.filter(run_id=run_id).update(sentence="other"))
    refused(lambda: Proposal.objects.filter(run_id=run_id).update(body={}))
    refused(lambda: Effect.objects.filter(run_id=run_id).update(reference="other"))
    refused(lambda: Effect.objects.filter(run_id=run_id).update(status="refused"))
    refused(lambda: Effect.objects.filter(run_id=run_id).delete())


@pytest.fixture
def parked(shop, world):
    world["amount"] = "250"
    run_id = shop.start("lamp")
    shop.work()
    return Proposal.objects.get(run_id=run_id, state="open")


def effect_of(action, **more):
    return Effect(
        key="k" * 64,
        run_id=action.proposal.run_id,
        action=action,
        tool=action.tool,
        reference=action.reference,
        status="confirmed",
        epoch=1,
        intended_at=datetime.now(UTC),
        settled_at=datetime.now(UTC),
        **more,
    )


def test_there_is_no_effect_without_a_used_approval_of_exactly_this(parked):
    action = parked.actions.get(ordinal=0)
    refused(lambda: effect_of(action).save(force_insert=True))
    unused = approve(action)
    refused(lambda: effect_of(action, approval=unused).save(force_insert=True))
    other = approve(parked.actions.get(ordinal=1))
    Approval.objects.filter(pk=other.pk).update(consumed_at=datetime.now(UTC))
    refused(lambda: effect_of(action, approval=other).save(force_insert=True))
    Approval.objects.filter(pk=unused.pk).update(consumed_at=datetime.now(UTC))
    refused(lambda: Approval.objects.filter(pk=unused.pk).update(consumed_at=None))
    effect_of(action, approval=unused).save(force_insert=True)


def test_an_approval_names_the_action_it_is_for(parked):
    action = parked.actions.get(ordinal=0)
    wrong = Approval(action=action, digest="0" * 64, signers=[uuid7()], expires_at=datetime.now(UTC))
    refused(lambda: wrong.save(force_insert=True))
    nobody = Approval(action=action, digest=action.digest, signers=[], expires_at=datetime.now(UTC))
    refused(lambda: nobody.save(force_insert=True))


def test_one_proposal_is_on_the_table_at_a_time(parked):
    again = Proposal(
        run_id=parked.run_id,
        number=99,
        revision=1,
        position=0,
        label="x",
        digest="0" * 64,
        state="open",
        sentence="x",
        body={},
        verdict="review",
        signatures=1,
        policy=parked.policy,
        sample_probability=Decimal(0),
    )
    refused(lambda: again.save(force_insert=True))


def approve(action):
    return Approval.objects.create(
        action=action, digest=action.digest, signers=[uuid7()], expires_at=datetime(2030, 1, 1, tzinfo=UTC)
    )
