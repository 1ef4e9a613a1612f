"""Rows as the API shows them: only facts, redacted, and text of strangers as it is."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from agentops.api import shapes
from agentops.core.audit.queries import Line
from agentops.core.models import User
from agentops.core.redaction import redact, redact_text
from reviews.lifecycle import ReviewKind
from reviews.models import Decision, Review
from reviews.queries.outcome import outcome_of
from reviews.queries.sight import SEES_ALL_RUNS
from runs.intake import Taken
from runs.models import Run

MILLIONTHS = 1_000_000
OF_SAMPLING = frozenset({"sample_probability", "sample_roll"})  # whether a blind check follows is not told ahead


def run_line(run: Run) -> shapes.RunLine:
    """A run in a list."""
    return shapes.RunLine(**_line_of(run))


def whole_run(run_id: UUID, taken: Taken | None = None) -> shapes.Run:
    """One run as it is now, and what was noted when it was taken in: four queries."""
    run = Run.objects.select_related("given").get(pk=run_id)
    outcome = outcome_of(run.pk)
    waiting = Review.objects.filter(run=run, closed_at=None).exclude(kind=ReviewKind.SAMPLE)
    spent = shapes.Spent(
        steps=run.spent_steps,
        tool_calls=run.spent_calls,
        tokens=run.spent_tokens,
        cost=str(Decimal(run.spent_cost) / MILLIONTHS),
        work_ms=run.spent_ms,
    )
    return shapes.Run(
        **_line_of(run),
        goal=redact_text(run.given.goal),
        disposition=outcome.disposition,  # type: ignore[arg-type]  # outcome_of knows three words
        reasons=outcome.reasons,
        review=waiting.values_list("id", flat=True).first(),
        cancel_requested=run.cancel_requested,
        requester=run.requester_id,
        duplicate_of=f"R-{taken.duplicate_of}" if taken and taken.duplicate_of else None,
        notes=list(taken.notes) if taken else [],
        spent=spent,
    )


def event(line: Line, reader: User) -> shapes.Event:
    """One entry of a run's trail. Contents are no part of it; what it says of sampling only operators read."""
    hidden = frozenset() if reader.holds(*SEES_ALL_RUNS) else OF_SAMPLING
    data = {name: value for name, value in (line.event.get("data") or {}).items() if name not in hidden}
    return shapes.Event(
        seq=line.seq,
        at=line.at,
        action=line.action,
        actor=line.actor,
        object=line.event.get("object"),
        reason=line.event.get("reason_code"),
        data=redact(data),
        hash=line.hash,
    )


def review_line(review: Review) -> shapes.ReviewLine:
    """A review in a list."""
    return shapes.ReviewLine(**_review_of(review))


def whole_review(review: Review, decisions: Iterable[Decision]) -> shapes.Review:
    """One review with what people said; their words stay on its page."""
    said = [
        shapes.Decision(verdict=each.verdict, code=each.code, by=each.person_id, at=each.decided_at)
        for each in decisions
    ]
    page = (settings.PUBLIC_URL or "").rstrip("/") + reverse("review", args=[review.pk])
    return shapes.Review(
        **_review_of(review), digest=review.digest, reasons=redact(review.reasons), decisions=said, page=page
    )


def _line_of(run: Run) -> dict[str, Any]:
    return {
        "id": run.pk,
        "number": f"R-{run.number}",
        "agent": run.agent,
        "status": run.status,
        "awaiting": run.awaiting,
        "stage": run.stage,
        "subject": redact_text(run.given.subject),
        "document": run.given.document,
        "created_at": run.created_at,
        "ended_at": run.ended_at,
    }


def _review_of(review: Review) -> dict[str, Any]:
    return {
        "id": review.pk,
        "number": review.number,
        "kind": review.kind,
        "status": review.status,
        "run": review.run_id,
        "agent": review.agent,
        "desk": review.desk.slug,
        "title": redact_text(review.title),
        "codes": review.codes,
        "urgent": review.urgent,
        "amount": None if review.amount is None else str(review.amount),
        "currency": review.currency,
        "confidence": None if review.confidence is None else str(review.confidence),
        "opened_at": review.opened_at,
        "due_at": review.due_at,
        "expires_at": review.expires_at,
        "closed_at": review.closed_at,
    }
