"""What a message says: ids, numbers, statuses and reason codes with an address to look at; never a document's text.

`{"type", "timestamp", "data": {"run": {...}, "review"?: {...}, "intake"?: {...}}}`. A receiver that wants more asks
the API with its own token, so an endpoint that was entered wrongly learns little.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from agentops.webhooks.kinds import INTAKE_REFUSED, REVIEW_DECIDED, RUN_FINISHED
from agentops.webhooks.models import Happening
from reviews.models import Decision, Desk, Review
from reviews.services.refusals import last_word
from runs.models import IntakeProblem, Run


class Message:
    """One happening as it is told, and the desk it concerns (None: no single one)."""

    def __init__(self, happening: Happening) -> None:
        self.desk: UUID | None = None
        told = {
            "type": happening.type,
            "timestamp": happening.at.astimezone(UTC).isoformat(),
            "data": self._data(happening.type, happening.subject),
        }
        self.body = orjson.dumps(told, default=str).decode()

    def _data(self, type: str, subject: UUID) -> dict[str, Any]:
        if type == INTAKE_REFUSED:
            return {"intake": self._intake(IntakeProblem.objects.get(pk=subject))}
        if type == RUN_FINISHED:
            return {"run": _run(Run.objects.get(pk=subject))}
        review = Review.objects.select_related("desk", "run").get(pk=subject)
        self.desk = review.desk_id
        decision = last_word(review) if type == REVIEW_DECIDED else None
        return {"run": _run(review.run), "review": _review(review, decision)}

    def _intake(self, problem: IntakeProblem) -> dict[str, Any]:
        self.desk = Desk.objects.filter(slug=problem.desk).values_list("pk", flat=True).first()
        return {
            "id": str(problem.pk),
            "agent": problem.agent,
            "code": problem.code,
            "size": problem.size,
            "document": problem.document,
        }


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": str(run.pk),
        "number": run.number,
        "agent": run.agent,
        "status": run.status,
        "end_code": run.end_code or None,
        "url": _url(f"/runs/{run.number}/"),
    }


def _review(review: Review, decision: Decision | None) -> dict[str, Any]:
    return {
        "id": str(review.pk),
        "number": review.number,
        "kind": review.kind,
        "desk": review.desk.slug,
        "status": review.status,
        "urgent": review.urgent,
        "reasons": list(review.codes),
        "amount": str(review.amount) if review.amount is not None else None,
        "currency": review.currency or None,
        "due_at": review.due_at.astimezone(UTC).isoformat(),
        "decision": decision.verdict if decision else None,
        "url": _url(f"/reviews/{review.pk}/"),
    }


def _url(path: str) -> str | None:
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" if settings.PUBLIC_URL else None
