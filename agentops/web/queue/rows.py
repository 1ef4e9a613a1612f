"""The lines of the queue as its template takes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone

from agentops.core.models import User
from agentops.web.formatting import age, words
from agentops.web.reviews.look import KINDS, Shown, reason
from agentops.web.reviews.sureness import Sureness, sureness
from reviews.lifecycle import ReviewKind
from reviews.models import Review
from runs.agents import Headline, UnknownAgent, agents

CHIPS = 2


@dataclass(frozen=True)
class Row:
    """One review in the queue."""

    review: Review
    subject: str
    number: str
    line: str
    chips: list[Shown]
    more: int
    rest: list[str]
    due: str
    tone: str
    holder: User | None
    sleeps: str
    similar: str
    is_mine: bool
    is_clean: bool
    risk: bool
    sure: Sureness | None
    waits: str
    kind_icon: str
    kind_tone: str


@dataclass(frozen=True)
class Group:
    """Rows that are due at about the same time."""

    title: str
    tone: str
    rows: list[Row]


def grouped(reviews: Iterable[Review], user: User, now: datetime, *, done: bool, by_due: bool = True) -> list[Group]:
    """The rows under their headings, in the order in which they came; one heading where they are sorted otherwise."""
    groups: list[Group] = []
    waiting = list(reviews)
    named = headlines(waiting)
    for review in waiting:
        title, tone = ("Decided", "none") if done else _heading(review, now) if by_due else ("Sorted", "none")
        if not groups or groups[-1].title != title:
            groups.append(Group(title, tone, []))
        groups[-1].rows.append(row(review, user, now, named.get(review.run_id, Headline()), done=done))
    return groups


def headlines(reviews: Iterable[Review]) -> dict[UUID, Headline]:
    """What each review is about, in the words of its agent: one question to each agent."""
    by_agent: dict[str, list[UUID]] = {}
    for review in reviews:
        by_agent.setdefault(review.agent, []).append(review.run_id)
    found: dict[UUID, Headline] = {}
    for name, runs in by_agent.items():
        try:
            found |= agents.get(name).headlines(runs)
        except UnknownAgent:
            continue
    return found


def row(review: Review, user: User, now: datetime, named: Headline, *, done: bool = False) -> Row:
    """One review as a line; a claim that ran out shows no holder."""
    shown = _reasons(review)
    main = shown[0].title if shown else ""
    # What is dangerous is named first; sorting keeps the order of the gate among equals.
    shown.sort(key=lambda chip: {"bad": 0, "warn": 1}.get(chip.tone, 2))
    claimed = review.claimed_by if review.claimed_until and review.claimed_until > now else None
    holder = claimed or review.assigned_to
    icon, tone = KINDS[review.kind]
    return Row(
        review=review,
        subject=named.party or review.run.given.subject or f"R-{review.run.number}",
        number=named.number or (review.run.given.subject if named.party else ""),
        line=_line(review, named, main),
        chips=shown[:CHIPS],
        more=max(0, len(shown) - CHIPS),
        rest=[chip.title for chip in shown[CHIPS:]],
        due=words(review.status) if done else _due(review, now),
        tone="" if done else _due_tone(review, now),
        holder=holder,
        sleeps=sleeps(review, now),
        similar=urlencode({"agent": review.agent, "reason": review.codes[:3]}, doseq=True),
        is_mine=holder is not None and holder.pk == user.pk,
        is_clean=is_clean(review, user) and not done,
        risk=any(chip.tone == "bad" for chip in shown) or review.urgent,
        sure=sureness(review),
        waits="" if done else age(now - review.opened_at),
        kind_icon=icon,
        kind_tone=tone,
    )


def _reasons(review: Review) -> list[Shown]:
    """Of several reasons of one kind the first is shown."""
    first: dict[str, Mapping[str, Any]] = {}
    for told in review.reasons:
        first.setdefault(str(told.get("code")), told)
    return [reason(told, review.amount, review.currency) for told in first.values()]


def _line(review: Review, named: Headline, main: str) -> str:
    """What is asked, without repeating what stands beside it."""
    if review.kind == ReviewKind.STUCK:
        return f"Cannot go on: {main}" if main else review.title
    if review.kind == ReviewKind.APPROVAL and named.about:
        return f"Post and pay, {named.about}"
    return review.title


def is_clean(review: Review, user: User) -> bool:
    """May it be approved from the queue: all checks passed, one signature, no question, sample or own run."""
    proposal = review.proposal
    return bool(
        review.kind == ReviewKind.APPROVAL
        and proposal
        and proposal.signatures <= 1
        and not proposal.blocked
        and not review.urgent
        and not getattr(review, "has_failed", True)
        and review.run.requester_id != user.pk
        and review.is_open
    )


def _heading(review: Review, now: datetime) -> tuple[str, str]:
    """By the key the queue is sorted by, so that no heading comes twice."""
    if review.urgent:
        return "Urgent", "bad"
    if review.sort_at <= now:
        return "Clear first", "bad"
    if review.sort_at <= now + timedelta(hours=2):
        return "Within 2 hours", "warn"
    is_today = timezone.localdate(review.sort_at) == timezone.localdate(now)
    return "Later today" if is_today else "Later", "none"


def sleeps(review: Review, now: datetime) -> str:
    """Until when, and by whom, it was put off; empty while it is awake."""
    is_asleep = review.is_open and review.snoozed_until is not None and review.snoozed_until > now
    if not is_asleep or review.snoozed_by is None:
        return ""
    when = "something changes" if review.wakes_on_change else f"{timezone.localtime(review.snoozed_until):%a %H:%M}"
    return f"{review.snoozed_by.name} put it off until {when}"


def _due(review: Review, now: datetime) -> str:
    left = review.due_at - now
    return f"{age(left)} late" if left <= timedelta(0) else f"in {age(left)}"


def _due_tone(review: Review, now: datetime) -> str:
    if review.due_at <= now:
        return "bad"
    return "warn" if review.risk_at <= now or review.due_at <= now + timedelta(hours=2) else ""
