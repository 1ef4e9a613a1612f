"""Saying yes: who may, how often, to what, and what becomes of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group

from reviews import services
from reviews.lifecycle import ReviewStatus, Verdict
from reviews.models import Decision, Review
from reviews.queries import desks_of, people_at
from reviews.step_up import StepUp
from runs.models import Approval, Proposal, Run

from .conftest import SETUP, ask_about, propose, trail


def approve(review, by, now, **more):
    return services.approve(review_id=review.id, signer=by, seen=more.pop("seen", review.digest), now=now, **more)


def test_an_approval_is_a_signature_an_approval_per_action_and_an_event(review, people, now):
    waiting = review()
    decision = approve(waiting, people.maria, now, words="Agreed by telephone.")
    waiting.refresh_from_db()
    assert (waiting.status, decision.verdict) == (ReviewStatus.DECIDED, Verdict.APPROVE)
    assert Approval.objects.get().signers == [people.maria.id]
    assert Run.objects.get().status == "queued"
    assert Proposal.objects.get().state == "approved"
    assert trail(waiting) == ["review.decided"]
    assert services.words_of(decision) == {"words": "Agreed by telephone."}


def test_a_review_is_decided_once_and_the_second_person_is_told_by_whom(review, people, now):
    waiting = review()
    approve(waiting, people.maria, now)
    with pytest.raises(services.ReviewClosed, match="Maria approved this at"):
        approve(waiting, people.omar, now)
    assert Decision.objects.count() == 1


def test_a_double_click_gets_the_first_answer_again(review, people, now):
    waiting = review()
    first = approve(waiting, people.maria, now, request_key="k1")
    assert approve(waiting, people.maria, now, request_key="k1") == first
    with pytest.raises(services.RequestKeyReused):
        services.reject(
            review_id=waiting.id,
            signer=people.maria,
            seen=waiting.digest,
            code="fraud",
            now=now,
            request_key="k1",
        )


def test_a_stale_digest_is_refused_and_told_what_changed(run, people, now):
    waiting = run()
    old = propose(waiting, state="superseded")
    current = ask_about(waiting, propose(waiting, 2, args={"name": "F-1", "amount": "130.00"}))
    with pytest.raises(services.ProposalChanged, match="Amount") as refused:
        approve(current, people.maria, now, seen=old.digest)
    assert [(c.label, c.before, c.after) for c in refused.value.changes] == [("Amount", "120.00", "130.00")]
    assert not Decision.objects.exists()


def test_nobody_approves_what_they_asked_for(review, people, now):
    with pytest.raises(services.MayNotSign, match="You asked for this run"):
        approve(review(requester=people.maria), people.maria, now)


def test_a_service_user_never_signs(review, people, now):
    with pytest.raises(services.MayNotSign, match="Only a person"):
        approve(review(), people.inbox, now)


@pytest.mark.parametrize("code", ["not_active", "no_role", "no_desk_permission"])
def test_who_may_not_decide_here_is_told_why(code, review, people, person, desk, now):
    people.maria.is_active = code != "not_active"
    people.maria.save()
    stranger = {
        "not_active": people.maria,
        "no_role": person("Rolf", "operator"),
        "no_desk_permission": None,
    }[code]
    stranger = stranger or person("Nora", "reviewer")
    with pytest.raises(services.MayNotSign) as refused:
        approve(review(), stranger, now)
    assert refused.value.code == code


def test_a_desk_may_be_granted_to_a_group(review, people, person, desk, now):
    team = Group.objects.create(name="Night shift")
    services.grant_desk(to=team, desk=desk, by=SETUP)
    nora = person("Nora", "reviewer")
    nora.groups.add(team)
    assert desks_of(nora).get() == desk
    assert nora in people_at(desk)
    assert approve(review(), nora, now)


def test_a_role_taken_away_counts_at_once(review, people, now):
    assert people.maria.holds("reviewer")  # asked before, and cached
    people.maria.groups.clear()
    with pytest.raises(services.MayNotSign, match="neither"):
        approve(review(), people.maria, now)


@pytest.mark.parametrize(
    ("amount", "currency", "converted", "code"),
    [
        ("100.00", "EUR", "100.00", None),
        ("100.01", "EUR", "100.01", "over_personal_limit"),
        ("90.00", "GBP", "104.00", "over_personal_limit"),
        ("900.00", "SEK", "80.00", "over_personal_limit"),
        ("90.00", "XOF", None, "no_exchange_rate"),
    ],
)
def test_a_personal_limit_is_compared_with_face_and_converted_value(
    amount, currency, converted, code, review, people, desk, now
):
    services.set_personal_limit(user=people.maria, desk=desk, amount=Decimal(100), by=SETUP)
    converted = Decimal(converted) if converted else None
    waiting = review(amount=Decimal(amount), currency=currency, converted=converted)
    if code is None:
        assert approve(waiting, people.maria, now)
        return
    with pytest.raises(services.MayNotSign) as refused:
        approve(waiting, people.maria, now)
    assert refused.value.code == code


def test_a_blocked_proposal_is_not_approved_by_anybody(review, people, now):
    check = {"name": "account", "field": "iban", "expected": "A", "found": "B", "passed": False}
    check |= {"severity": "blocks", "code": "bank_account_changed", "sentence": "the account is not on file"}
    waiting = review(blocked=True, checks=[check])
    with pytest.raises(services.Blocked, match="the account is not on file"):
        approve(waiting, people.jonas, now)


def test_a_second_signature_is_another_controllers_who_proved_who_they_are(review, people, now):
    waiting = review(signatures=2)
    step_up = StepUp(people.amina.id, waiting.digest, now)
    approve(waiting, people.maria, now)
    waiting.refresh_from_db()
    assert (waiting.status, Approval.objects.count()) == (ReviewStatus.SIGNED_ONCE, 0)
    with pytest.raises(services.MayNotSign, match="signed this already"):
        approve(waiting, people.maria, now)
    with pytest.raises(services.MayNotSign, match="must come from a controller"):
        approve(waiting, people.omar, now)
    with pytest.raises(services.StepUpNeeded):
        approve(waiting, people.amina, now)
    for worthless in (
        StepUp(people.jonas.id, waiting.digest, now),
        StepUp(people.amina.id, "f" * 64, now),
        StepUp(people.amina.id, waiting.digest, now - timedelta(minutes=6)),
    ):
        with pytest.raises(services.StepUpNeeded):
            approve(waiting, people.amina, now, step_up=worthless)
    approve(waiting, people.amina, now, step_up=step_up)
    assert Approval.objects.get().signers == [people.maria.id, people.amina.id]
    assert trail(waiting) == ["review.signed", "review.decided"]


def test_the_second_signature_needs_the_permission_of_the_desk_as_well(review, people, desk, now):
    waiting = review(signatures=2)
    approve(waiting, people.maria, now)
    services.revoke_desk(to=people.amina, desk=desk, by=SETUP, permissions=("sign_second",))
    with pytest.raises(services.MayNotSign, match="may not give second signatures"):
        approve(waiting, people.amina, now, step_up=StepUp(people.amina.id, waiting.digest, now))


def test_a_desks_seconds_delay_the_approval_so_that_it_can_be_undone(review, people, desk, now):
    desk.undo_seconds = 10
    desk.save()
    waiting = review()
    approve(waiting, people.maria, now)
    assert Run.objects.get().not_before is not None
    with pytest.raises(services.MayNotSign, match="Only somebody who signed"):
        services.undo(review_id=waiting.id, signer=people.omar, now=now)
    with pytest.raises(services.TooLateToTakeBack):
        services.undo(review_id=waiting.id, signer=people.maria, now=now + timedelta(seconds=11))
    again = services.undo(review_id=waiting.id, signer=people.maria, now=now + timedelta(seconds=3))
    assert (again.status, again.round, again.came_from_id) == (ReviewStatus.OPEN, 2, waiting.id)
    assert Proposal.objects.get().state == "open"
    assert approve(again, people.maria, now)  # a new round: the same person may sign again


def test_a_first_signature_is_taken_back(review, people, now):
    waiting = review(signatures=2)
    approve(waiting, people.jonas, now)
    services.revoke(review_id=waiting.id, signer=people.jonas, words="Wrong order.", now=now)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.round) == (ReviewStatus.OPEN, 2)
    approve(waiting, people.maria, now)
    waiting.refresh_from_db()
    assert waiting.status == ReviewStatus.SIGNED_ONCE
    assert trail(waiting) == ["review.signed", "review.taken_back", "review.signed"]


def test_what_was_seen_is_kept_with_the_decision(review, people, now):
    decision = approve(review(), people.maria, now, watched={"screen": "ab", "seconds": 21, "opened": ["e1"]})
    assert Decision.objects.get(id=decision.id).seen["seconds"] == 21


@pytest.fixture
def amended(monkeypatch, now):
    """The runtime's part in an edit: the next number, superseding the last."""
    from runs import steering

    shape = {}

    def amend(run, proposal, *, edits, editor, now):
        Proposal.objects.filter(id=proposal.id).update(state="superseded", closed_at=now)
        args = {"name": "F-1", "amount": "120.00"} | edits[0]
        authors = [*proposal.authors, editor.id]
        return propose(run, proposal.number + 1, **({"args": args, "authors": authors} | shape))

    monkeypatch.setattr(steering, "amend_proposal", amend)
    return shape


def edit(review, by, now, **edits):
    return services.edit_and_approve(review_id=review.id, signer=by, seen=review.digest, edits={0: edits}, now=now)


def test_an_edit_is_the_editors_signature_on_the_next_proposal(review, people, now, amended):
    waiting = review()
    decision = edit(waiting, people.maria, now, name="F-2")
    waiting.refresh_from_db()
    assert (decision.verdict, waiting.status) == (Verdict.EDIT, ReviewStatus.DECIDED)
    assert decision.proposal.number == 2
    assert decision.seen["digest"] != decision.digest == waiting.digest
    assert services.words_of(decision)["edits"] == [{"action": 0, "args": {"name": "F-2"}}]


def test_who_edited_counts_as_author_and_another_must_sign_second(review, people, now, amended):
    waiting = review(signatures=2)
    approve(waiting, people.omar, now)
    amended["signatures"] = 2
    edit(waiting, people.jonas, now, name="F-2")
    waiting = Review.objects.get()
    assert waiting.status == ReviewStatus.SIGNED_ONCE  # Omar's signature was for something else
    with pytest.raises(services.MayNotSign):
        approve(waiting, people.jonas, now, step_up=StepUp(people.jonas.id, waiting.digest, now))
    approve(waiting, people.amina, now, step_up=StepUp(people.amina.id, waiting.digest, now))
    assert Approval.objects.get().signers == [people.jonas.id, people.amina.id]


def test_an_edit_over_the_editors_limit_changes_nothing(review, people, desk, now, amended):
    services.set_personal_limit(user=people.maria, desk=desk, amount=Decimal(500), by=SETUP)
    amended["amount"] = amended["converted"] = Decimal(900)
    waiting = review()
    with pytest.raises(services.MayNotSign, match="over your own limit"):
        edit(waiting, people.maria, now, amount="900.00")
    assert Proposal.objects.get().state == "open"


def test_an_edit_that_leaves_a_block_is_refused_whole(review, people, now, amended):
    amended["blocked"] = True
    waiting = review()
    with pytest.raises(services.Blocked):
        edit(waiting, people.maria, now, name="F-2")
    assert Proposal.objects.get().number == 1


def test_nothing_edited_is_no_edit(review, people, now, amended):
    with pytest.raises(services.RunRefused, match="Nothing was edited"):
        edit(review(), people.maria, now)
