"""Whom a review concerns: everybody at its desk, who holds it, who may sign second, who sent it back."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from agentops.core.audit.models import AuditEntry
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.notifications import kinds
from agentops.notifications.concerns.about import About
from agentops.notifications.concerns.found import Concerned, active_people, holders
from agentops.notifications.kinds import Event
from reviews.lifecycle import ReviewKind, ReviewStatus, Verdict
from reviews.models import Decision, Review
from reviews.queries import may_see, people_at
from reviews.services.case import signatures
from reviews.standing import SIGN_SECOND, standings
from runs.queries import asked_by

OUT_OF_BUDGET = frozenset({"budget_exhausted", "revisions_exhausted"})


def of_review(about: About, review: Review) -> Concerned:
    """Everybody an open review concerns now, for what happened to it."""
    found = Concerned(desk=review.desk, urgent=review.urgent)
    match about.news.event:
        case Event.REVIEW_OPENED:
            _opened(found, review)
        case Event.REVIEW_MOVED:
            _waits_at_desk(found, review)
        case Event.REVIEW_ASSIGNED if review.assigned_to_id == about.news.person:
            _given(found, review)
        case Event.REVIEW_SIGNED if review.status == ReviewStatus.SIGNED_ONCE:
            _second(found, review)
        case Event.REVIEW_LATE:
            _late(found, review, about.news.level)
    return found


def _opened(found: Concerned, review: Review) -> None:
    if review.assigned_to_id is not None:
        _given(found, review)
    elif review.status == ReviewStatus.OPEN:  # that it was signed meanwhile is news of its own
        _waits_at_desk(found, review)
    if back_to := _who_sent_back(review):
        found.add([one for one in _deciders(review) if one.pk == back_to], kinds.RETURNED)
    if review.kind != ReviewKind.STUCK:
        return
    if review.run.parent_id is None:
        found.add(active_people([review.run.requester_id]), kinds.RUN_STUCK)
    if OUT_OF_BUDGET & set(review.codes):
        found.add(holders(kinds.BUDGET.roles), kinds.BUDGET)
        found.of_desk.append(kinds.BUDGET)


def _waits_at_desk(found: Concerned, review: Review) -> None:
    reasons = [kinds.OPENED]
    if review.urgent:
        reasons.append(kinds.URGENT)
    if review.kind == ReviewKind.CLARIFICATION:
        reasons.append(kinds.ASKED)
    if review.came_from is not None and review.came_from.status == ReviewStatus.EXPIRED:
        reasons.append(kinds.ESCALATED)
    if review.status == ReviewStatus.SIGNED_ONCE:
        _second(found, review)
        return
    deciders = _deciders(review)
    for reason in reasons:
        found.add(deciders, reason)
    found.of_desk.extend(reasons)


def _given(found: Concerned, review: Review) -> None:
    """To the person it is given to; not to somebody who took it themselves."""
    if review.assigned_to_id and _who_gave(review) != f"person:{review.assigned_to_id}":
        given = [one for one in _deciders(review) if one.pk == review.assigned_to_id]
        found.add(given, kinds.ASSIGNED)
        if review.urgent:
            found.add(given, kinds.URGENT)


def _second(found: Concerned, review: Review) -> None:
    assert review.proposal is not None  # noqa: S101 - a constraint holds it
    done = {*signatures(review.proposal, review.round), *review.proposal.authors}
    able = [one.pk for one in _deciders(review) if one.pk not in done]
    for who in standings(able, review.desk_id).values():
        if Role.CONTROLLER in who.roles and SIGN_SECOND in who.permissions:
            found.add([who.id], kinds.SECOND)
            if review.urgent:
                found.add([who.id], kinds.URGENT)
    found.of_desk.append(kinds.SECOND)


def _late(found: Concerned, review: Review, level: int) -> None:
    reason = kinds.OVERDUE if level > 1 else kinds.AT_RISK
    now = timezone.now()
    claimed = review.claimed_by_id if review.claimed_until and review.claimed_until > now else None
    holder = review.assigned_to_id or claimed
    deciders = _deciders(review)
    found.add([one for one in deciders if holder in (None, one.pk)] or deciders, reason)
    named = [one for one in active_people(review.escalated_to) if may_see(one, review)]  # by the desk
    found.add(named, kinds.ESCALATED)
    found.of_desk.append(reason)


def _deciders(review: Review) -> list[User]:
    """Who may decide at its desk, without those whose hand is in what was asked for: they may not."""
    asked = set(asked_by(review.run_id))
    return [one for one in people_at(review.desk) if one.pk not in asked]


def _who_gave(review: Review) -> str:
    told = AuditEntry.objects.filter(
        stream=f"run:{review.run_id}", action__in=("review.assigned", "review.handed_over")
    )
    return told.order_by("-seq").values_list("actor", flat=True).first() or ""


def _who_sent_back(review: Review) -> UUID | None:
    """Who sent back what this run proposed before, if that is what came before this."""
    before = Review.objects.filter(run_id=review.run_id, opened_at__lt=review.opened_at).exclude(kind=ReviewKind.SAMPLE)
    last = before.order_by("-opened_at").first()
    if last is None:
        return None
    said = Decision.objects.filter(review=last, verdict=Verdict.SEND_BACK)
    return said.order_by("-decided_at").values_list("person_id", flat=True).first()
