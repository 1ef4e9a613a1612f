"""The lines of the queue as its template takes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from agentops.core.models import User
from agentops.web.formatting import age, amount, hue, visible, words
from agentops.web.queue.weight import heavy_code, is_clean, reasons_of
from agentops.web.reviews.look import KINDS, Shown
from agentops.web.reviews.sureness import Sureness, sureness
from reviews.lifecycle import ReviewKind
from reviews.models import Review
from runs.agents import Headline, UnknownAgent, agents

CHIPS = 2


@dataclass(frozen=True)
class Row:
    """One review in the queue: everything its line says and offers to this person, and nothing that could change."""

    id: UUID
    place: int  # the review's number
    kind: str
    subject: str
    number: str
    line: str
    chips: tuple[Shown, ...]
    more: int
    rest: str
    amount: str
    currency: str
    due: str
    tone: str
    holder: str
    hue: int
    held: str
    may_decide: bool
    is_open: bool
    may_release: bool
    sleeps: str
    similar: str
    is_mine: bool
    is_clean: bool
    goes_together: bool  # with others: what the page before a bulk approval would not leave out
    risk: bool
    sure: Sureness | None
    waits: str
    kind_icon: str
    kind_tone: str
    name: SafeString  # subject and number, for attributes: escaped once, a line says it five times
    opens: str
    decides: str
    claims: str
    stamp: str  # round and digest: what an approval from the line is for

    @property
    def html(self) -> SafeString:
        return _drawn(self)


@lru_cache(maxsize=4096)
def _drawn(row: Row) -> SafeString:
    """Drawn once for as long as nothing of it changes: most of a queue is as it was when it was looked at last."""
    return render_to_string("queue/_row.html", {"row": row})


@dataclass(frozen=True)
class Group:
    """Rows that are due at about the same time."""

    title: str
    tone: str
    rows: list[Row]


def grouped(
    reviews: Iterable[Review],
    user: User,
    now: datetime,
    named: Mapping[UUID, Headline],
    *,
    done: bool,
    may_decide: bool,
    by_due: bool = True,
) -> list[Group]:
    """The rows under their headings, in the order in which they came; one heading where they are sorted otherwise."""
    groups: list[Group] = []
    for review in reviews:
        title, tone = ("Decided", "none") if done else _heading(review, now) if by_due else ("Sorted", "none")
        if not groups or groups[-1].title != title:
            groups.append(Group(title, tone, []))
        about = named.get(review.run_id, Headline())
        groups[-1].rows.append(row(review, user, now, about, done=done, may_decide=may_decide))
    return groups


def headlines(reviews: Iterable[Review]) -> dict[UUID, Headline]:
    """What each review is about, in the words of its agent."""
    return headlines_of((review.agent, review.run_id) for review in reviews)


def headlines_of(runs: Iterable[tuple[str, UUID]]) -> dict[UUID, Headline]:
    """What each run is about, by agent and run: one question to each agent."""
    by_agent: dict[str, list[UUID]] = {}
    for agent, run_id in runs:
        by_agent.setdefault(agent, []).append(run_id)
    found: dict[UUID, Headline] = {}
    for name, run_ids in by_agent.items():
        try:
            found |= agents.get(name).headlines(run_ids)
        except UnknownAgent:
            continue
    return found


def row(
    review: Review, user: User, now: datetime, named: Headline, *, done: bool = False, may_decide: bool = False
) -> Row:
    """One review as a line; a claim that ran out shows no holder."""
    told = reasons_of(review)
    main = told[0][1].title if told else ""
    # What is dangerous is named first; sorting keeps the order of the gate among equals.
    told.sort(key=lambda pair: {"bad": 0, "warn": 1}.get(pair[1].tone, 2))
    code, shown = told[0][0] if told else "", [chip for _, chip in told]
    claimed = review.claimed_by if review.claimed_until and review.claimed_until > now else None
    holder = claimed or review.assigned_to
    icon, tone = KINDS[review.kind]
    clean = is_clean(review, user) and not done
    subject = named.party or review.run.given.subject or f"R-{review.run.number}"
    number = named.number or (review.run.given.subject if named.party else "")
    return Row(
        id=review.id,
        place=review.number,
        kind=review.kind,
        subject=subject,
        number=number,
        line=_line(review, named, main),
        chips=tuple(shown[:CHIPS]),
        more=max(0, len(shown) - CHIPS),
        rest=", ".join(chip.title for chip in shown[CHIPS:]),
        amount="" if review.amount is None else amount(review.amount, review.currency),
        currency=review.currency,
        due=words(review.status) if done else _due(review, now),
        tone="" if done else _due_tone(review, now),
        holder=holder.name if holder else "",
        hue=hue(holder.pk) if holder else 0,
        may_decide=may_decide,
        is_open=review.is_open,
        held=_held(review, holder, is_claim=claimed is not None, is_mine=holder is not None and holder.pk == user.pk),
        may_release=claimed is not None and claimed.pk == user.pk,
        sleeps=sleeps(review, now),
        similar=_similar(review, code),
        is_mine=holder is not None and holder.pk == user.pk,
        is_clean=clean,
        goes_together=clean and not heavy_code(review),
        risk=any(chip.tone == "bad" for chip in shown) or review.urgent,
        sure=sureness(review),
        waits="" if done else age(now - review.opened_at),
        kind_icon=icon,
        kind_tone=tone,
        name=escape(f"{visible(subject)} {visible(number)}".strip()),
        opens=_address("review").format(review.id),
        decides=_address("review_decide").format(review.id),
        claims=_address("review_claim").format(review.id),
        stamp=f"{review.round}.{review.digest}",
    )


@lru_cache
def _address(name: str) -> str:
    """Where a review's page of this name is, with a place for the id: a queue asks for a hundred of them."""
    nobody = UUID(int=0)
    return reverse(name, args=[nobody]).replace(str(nobody), "{}")


def _similar(review: Review, code: str) -> str:
    """What is like this one: the same work of the same agent, here for the same main reason."""
    wanted: dict[str, Any] = {"view": "desks", "agent": review.agent, "tool": review.tools}
    return urlencode(wanted | ({"reason": code} if code in review.codes else {}), doseq=True)


def _held(review: Review, holder: User | None, *, is_claim: bool, is_mine: bool) -> str:
    """Who has it and since when it is theirs, in words."""
    if holder is None:
        return ""
    name = "You" if is_mine else holder.name
    if not is_claim or review.claimed_until is None:
        return f"Given to {'you' if is_mine else name}"
    return f"{name} {'hold' if is_mine else 'holds'} this until {timezone.localtime(review.claimed_until):%H:%M}"


def _line(review: Review, named: Headline, main: str) -> str:
    """What is asked, without repeating what stands beside it."""
    if review.kind == ReviewKind.STUCK:
        return f"Cannot go on: {main}" if main else review.title
    if review.kind == ReviewKind.APPROVAL and named.about:
        return f"{named.doing}, {named.about}" if named.doing else named.about
    return review.title


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
    if left <= timedelta(0):
        return f"{age(left)} late"
    return f"in {age(left)}{', at risk' if review.risk_at <= now else ''}"


def _due_tone(review: Review, now: datetime) -> str:
    if review.due_at <= now:
        return "bad"
    return "warn" if review.risk_at <= now or review.due_at <= now + timedelta(hours=2) else ""
