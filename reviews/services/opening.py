"""A review is opened at the agent's desk, with what the queue filters by; or again, elsewhere or anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agentops.core.hashing import digest, plain
from agentops.core.ids import uuid7
from reviews.lifecycle import ReviewKind, ReviewStatus
from reviews.models import Desk, Review
from reviews.ranking import sort_at
from reviews.services.unassigned import desk_of_last_resort
from reviews.sql import find_desk, insert_review
from runs.agents import Headline, UnknownAgent, agents
from runs.inbox import Ask
from runs.models import Proposal, RunInput


def open_review(ask: Ask, *, now: datetime) -> Review:
    """Put what needs a person on the desk that takes it; the run is locked, and its event is the caller's."""
    desk = desk_for(ask.agent, ask.desk)
    proposal = ask.proposal or (Proposal.objects.get(id=ask.proposal_id) if ask.proposal_id else None)
    reasons = [reason.as_json() for reason in ask.reasons]
    about = facets_of(proposal) if proposal else _facets_of_question(ask, reasons)
    if proposal and ask.reasons:
        about |= _reasons(reasons)
    if ask.kind == ReviewKind.SAMPLE:
        about |= _blind()
    review = Review(
        id=uuid7(),
        kind=ask.kind,
        run_id=ask.run_id,
        proposal=proposal,
        awaited=ask.await_id,
        desk=desk,
        agent=ask.agent,
        context=plain(ask.context),
        opened_at=now,
        **desk.times(now, ask.kind),
        **about,
    )
    review.counterparty = review.counterparty or ask.counterparty[:120]
    review.sort_at = rank(review)
    review.words = words_for(review)
    insert_review(review)
    return review


def open_next(
    review: Review, *, desk: Desk, now: datetime, status: ReviewStatus = ReviewStatus.OPEN, **changed: Any
) -> Review:
    """The review that goes on where a closed one ended: the same thing, at this desk."""
    kept = {field.attname: getattr(review, field.attname) for field in Review._meta.concrete_fields}
    for own in _OWN:
        kept.pop(own)
    kept |= {"desk_id": desk.id, "status": status, "came_from_id": review.id, **changed}
    kept |= {"opened_at": now, **desk.times(now, review.kind)}
    following = Review(**kept)
    following.sort_at = rank(following)
    following.save(force_insert=True)
    return following


_OWN = (
    *("id", "number", "closed_at", "closed_why", "claimed_by_id", "claimed_until", "assigned_to_id"),
    *("snoozed_by_id", "snoozed_until", "wakes_on_change", "escalated", "escalated_to"),
)


def rank(review: Review) -> datetime:
    """Its place in the queue, which it keeps while it waits."""
    worth = review.converted if review.converted is not None else review.amount
    return sort_at(review.due_at, worth=worth, reasons=len(review.codes))


def words_for(review: Review) -> str:
    """What a search finds it by."""
    said = RunInput.objects.filter(run_id=review.run_id).values_list("subject", flat=True).first() or ""
    try:
        named = agents.get(review.agent).headlines([review.run_id]).get(review.run_id, Headline())
    except UnknownAgent:
        named = Headline()
    parts = (review.title, review.counterparty, said, named.party, named.number, named.about)
    return " ".join(" ".join(parts).lower().split())[:1000]


def desk_for(agent: str, slug: str) -> Desk:
    """The desk that lists the agent, else the one the agent names, else the one that always exists."""
    return find_desk(agent, slug) or desk_of_last_resort()


def facets_of(proposal: Proposal) -> dict[str, Any]:
    """What of a proposal stands in the review's own row."""
    return {
        "digest": proposal.digest,
        "title": proposal.sentence,
        "counterparty": proposal.counterparty,
        "amount": proposal.amount,
        "currency": proposal.currency,
        "converted": proposal.converted,
        "confidence": proposal.confidence,
        **_reasons(proposal.reasons or []),
    }


def _facets_of_question(ask: Ask, reasons: list[dict[str, Any]]) -> dict[str, Any]:
    asked = [ask.kind, str(ask.run_id), str(ask.await_id), ask.title, plain(ask.context), reasons]
    return {"digest": digest(asked), "title": ask.title, **_reasons(reasons)}


def _reasons(reasons: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "reasons": reasons,
        "codes": list(dict.fromkeys(str(reason["code"])[:60] for reason in reasons)),
        "urgent": any(reason.get("urgent") for reason in reasons),
    }


def _blind() -> dict[str, Any]:
    # Not even the queue may tell what the gate thought of it.
    return {
        "title": "Blind check of something done automatically",
        "reasons": [],
        "codes": ["sample"],
        "urgent": False,
        "confidence": None,
    }
