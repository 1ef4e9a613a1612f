"""Who should do it: given to a person of the desk, passed on, or given back to everybody there."""

from __future__ import annotations

from uuid import UUID

from agentops.core.audit.trail import Actor, Event
from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.models import Review
from reviews.queries.away import who_does_it
from reviews.services.case import Case, check_open, lock_case, signatures
from reviews.services.refusals import MayNotSign
from reviews.services.snoozing import end_snooze
from reviews.standing import check_may_decide, standings
from runs import steering
from runs.points import durable
from runs.queries import asked_by


@durable("review.assign")
def assign(*, review_id: UUID, to: User | None, by: User) -> Review:
    """Give a review to somebody who may decide it, or with None back to everybody at the desk.

    A controller gives and takes anything at the desk; others what is theirs or nobody's. Somebody away has a
    stand-in, who gets it. Raises `ReviewClosed`, `MayNotSign` (about either of the two), `NoSuchReview`.
    """
    case = lock_case(review_id, by)
    check_open(case.review)
    _check_may_give(case)
    if to is not None:
        to = who_does_it(to, case.who.at)
        _check_may_get(case, to)
    review = case.review
    before = review.assigned_to_id or review.claimed_by_id
    review.assigned_to = to
    if to is None or review.claimed_by_id != to.pk:
        review.claimed_by = review.claimed_until = None
    review.save(update_fields=["assigned_to", "claimed_by", "claimed_until"])
    if review.snoozed_until is not None and to is not None:
        end_snooze(review)
    _record(case, before)
    return review


def _check_may_give(case: Case) -> None:
    review = case.review
    held = review.claimed_by_id if review.claimed_until and review.claimed_until > case.who.at else None
    others = {person for person in (review.assigned_to_id, held) if person not in (None, case.person.pk)}
    if others and Role.CONTROLLER not in case.who.roles:
        raise MayNotSign("not_yours", "Somebody else has this. They can pass it on, or a controller of the desk.")


def _check_may_get(case: Case, to: User) -> None:
    check_may_decide(standings([to.pk], case.desk.pk).get(to.pk), desk=case.desk.name)
    if to.pk in asked_by(case.run.pk):
        raise MayNotSign("own_run", f"{to.name} asked for this run and may not decide it.")
    if case.proposal and to.pk in signatures(case.proposal, case.review.round):
        raise MayNotSign("signed", f"{to.name} signed this already. Another person must sign second.")


def _record(case: Case, before: UUID | None) -> None:
    review = case.review
    data = {"to": str(review.assigned_to_id or ""), "from": str(before or "")}
    about = ("review", str(review.pk), review.number)
    event = Event(action="review.assigned", actor=Actor.of(case.person), object=about, run=case.run.pk, data=data)
    steering.record_event(case.run, event)
