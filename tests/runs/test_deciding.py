"""What people's decisions do to a run, through `runs.steering`; who may decide is the business of reviews."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from agentops.core.audit.models import AuditEntry
from agentops.core.ids import uuid7
from agentops.core.models import User
from runs import steering
from runs.agents import Instruction
from runs.models import Approval, Effect, Proposal
from tools_registry.queries import current_policy
from tools_registry.services.policy import change_policy_by_command
from tools_registry.services.switches import throw_switch

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEVER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def parked(shop, world):
    world["amount"] = "250"
    run_id = shop.start("lamp")
    shop.work()
    return run_id


def proposal_of(run_id):
    return Proposal.objects.filter(run_id=run_id).order_by("-number").first()


def approve(run_id, *, signers=None, not_before=None, expires_at=NEVER):
    with transaction.atomic():
        run = steering.lock_run(run_id)
        steering.approve_proposal(
            run,
            proposal_of(run_id),
            signers=signers or [uuid7()],
            expires_at=expires_at,
            not_before=not_before,
            now=datetime.now(UTC),
        )


def test_an_approved_proposal_is_performed_once(shop, world, parked):
    approve(parked)
    shop.work()
    run = shop.run(parked)
    assert run.status == "completed"
    assert world["sold"] == ["lamp"]
    assert proposal_of(parked).state == "performed"
    assert all(row.consumed_at for row in Approval.objects.all())
    assert Effect.objects.filter(run_id=parked, approval=None).count() == 0


def test_an_approval_waits_for_its_undo_seconds_and_can_be_taken_back(shop, world, parked):
    approve(parked, not_before=datetime.now(UTC) + timedelta(hours=1))
    shop.work()
    assert "sold" not in world
    with transaction.atomic():
        steering.undo_approval(steering.lock_run(parked), proposal_of(parked), now=NOW)
    assert shop.run(parked).awaiting == "review"
    approve(parked)
    shop.work()
    assert world["sold"] == ["lamp"]
    with pytest.raises(steering.TooLate), transaction.atomic():
        steering.undo_approval(steering.lock_run(parked), proposal_of(parked), now=NOW)


def test_an_approval_that_expired_is_not_used(shop, world, parked):
    approve(parked, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    shop.work()
    assert "sold" not in world
    assert proposal_of(parked).number == 2
    assert shop.run(parked).awaiting == "review"


def test_a_signature_that_no_longer_counts_brings_the_proposal_back(shop, world, parked):
    approve(parked)
    shop.people.objects = "Anna left the desk."
    shop.work()
    assert "sold" not in world
    assert proposal_of(parked).state == "open"
    assert AuditEntry.objects.get(stream=f"run:{parked}", action="run.revised").body.count("signature_void") == 1


def test_the_world_moved_between_approval_and_effect(shop, world, parked):
    approve(parked)
    world["price"] = "2"
    shop.work()
    assert "sold" not in world
    latest = proposal_of(parked)
    assert (latest.number, latest.state) == (2, "open")
    assert Proposal.objects.get(run_id=parked, number=1).state == "superseded"
    approve(parked)
    shop.work()
    assert world["sold"] == ["lamp"]


def test_a_policy_tightened_after_the_approval_counts(shop, world, parked):
    approve(parked)
    policy = current_policy()
    tighter = policy.grant("shop", "sell").__class__(
        "shop",
        "sell",
        policy.grant("shop", "sell").mode,
        item_limit=Decimal(100),
        second_signature_over=Decimal(200),
    )
    change_policy_by_command(to=policy.with_grant(tighter), why="a test", now=datetime.now(UTC))
    shop.work()
    assert "sold" not in world
    assert proposal_of(parked).signatures == 2


def test_a_policy_loosened_after_the_approval_does_not_touch_it(shop, world, parked):
    approve(parked)
    policy = current_policy()
    looser = policy.grant("shop", "sell").__class__(
        "shop",
        "sell",
        policy.grant("shop", "sell").mode,
        item_limit=Decimal(400),
        second_signature_over=Decimal(500),
    )
    change_policy_by_command(to=policy.with_grant(looser), why="a test", now=datetime.now(UTC))
    shop.work()
    assert world["sold"] == ["lamp"]


def test_two_signatures_are_two_people_also_in_the_database(shop, world, granted):
    world["amount"] = "600"
    run_id = shop.start("yacht")
    shop.work()
    assert proposal_of(run_id).signatures == 2
    one = uuid7()
    with pytest.raises(Exception, match="another person"):
        approve(run_id, signers=[one, one])
    approve(run_id, signers=[one, uuid7()])
    shop.work()
    assert world["sold"] == ["yacht"]


def test_a_rejected_run_has_ended_and_the_agent_closes_its_records(shop, world, parked):
    with transaction.atomic():
        steering.end_rejected(steering.lock_run(parked), code="not_ours", proposal=proposal_of(parked), now=NOW)
    run = shop.run(parked)
    assert (run.status, run.end_code) == ("rejected", "not_ours")
    assert world["ended"] == ["rejected"]
    with pytest.raises(steering.NotWaiting):
        approve(parked)


def test_sending_back_makes_the_next_revision_until_the_rounds_are_used_up(shop, world, parked):
    for revision in (2, 3, 4):
        with transaction.atomic():
            steering.send_back(
                steering.lock_run(parked),
                proposal_of(parked),
                instruction=Instruction("price", "Look again"),
                now=NOW,
            )
        shop.work()
        assert shop.run(parked).revision == revision
        assert proposal_of(parked).state == "open"
    with pytest.raises(steering.RoundsUsedUp), transaction.atomic():
        steering.send_back(
            steering.lock_run(parked), proposal_of(parked), instruction=Instruction("price", "Again"), now=NOW
        )


def test_an_edit_is_gated_again_and_its_author_is_known(shop, world, parked):
    editor = User.objects.create(email="anna@example.test", name="Anna", kind="person", password="!")
    with transaction.atomic():
        run = steering.lock_run(parked)
        edited = steering.amend_proposal(run, proposal_of(parked), edits={0: {"amount": "90"}}, editor=editor, now=NOW)
    assert edited.number == 2
    assert edited.authors == [editor.pk]
    assert (edited.verdict, edited.signatures) == ("review", 1)
    approve(parked, signers=[editor.pk])
    shop.work()
    assert world["sold"] == ["lamp"]
    with pytest.raises(steering.SteeringError), transaction.atomic():
        steering.amend_proposal(steering.lock_run(parked), edited, edits={}, editor=editor, now=NOW)


def test_an_edit_that_does_not_fit_the_tool_names_its_field(shop, parked):
    editor = User.objects.create(email="anna@example.test", name="Anna", kind="person", password="!")
    with pytest.raises(steering.InvalidEdit) as refused, transaction.atomic():
        steering.amend_proposal(
            steering.lock_run(parked),
            proposal_of(parked),
            edits={0: {"amount": "much"}},
            editor=editor,
            now=NOW,
        )
    assert list(refused.value.errors) == ["amount"]


def test_a_kill_switch_between_approval_and_effect_holds_the_run(shop, world, parked, policy_admin):
    approve(parked)
    throw_switch(scope="tool:sell", by=policy_admin, reason="a test", now=datetime.now(UTC))
    shop.work()
    assert "sold" not in world
    assert shop.run(parked).awaiting == "hold"
