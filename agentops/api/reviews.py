"""The addresses about reviews. They read: a token decides nothing, and there is no address where it could."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from agentops.api import cursors, shapes, showing
from agentops.api.acting import acting
from agentops.api.openapi import described
from agentops.api.problems import of_status
from agentops.api.runs import Cursor, Limit
from agentops.core.tokens.models import Scope
from reviews.queries.sight import reviews_visible_to

router = Router(tags=["Reviews"])


class WantedReviews(shapes.Request):
    """Which reviews a list shows, and where it goes on."""

    open: bool | None = None
    run: UUID | None = None
    kind: Literal["approval", "stuck", "clarification"] | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


@router.get("/reviews", url_name="list_reviews", **described(Scope.REVIEWS, {200: shapes.ReviewPage}, "list_reviews"))
def list_reviews(request: HttpRequest, wanted: Query[WantedReviews]) -> shapes.ReviewPage:
    """The reviews at the desks of this token's owner (of a service user: those of its own runs), newest first."""
    reader = acting(request, Scope.REVIEWS, WantedReviews.model_fields)
    before = cursors.opened("review", wanted.cursor)
    reviews = reviews_visible_to(reader).select_related("desk")
    if wanted.open is not None:
        reviews = reviews.filter(closed_at__isnull=wanted.open)
    if wanted.run:
        reviews = reviews.filter(run_id=wanted.run)
    if wanted.kind:
        reviews = reviews.filter(kind=wanted.kind)
    if before is not None:
        reviews = reviews.filter(number__lt=before)
    found = list(reviews.order_by("-number")[: wanted.limit + 1])
    shown = found[: wanted.limit]
    onward = cursors.sealed("review", shown[-1].number) if len(found) > len(shown) else None
    return shapes.ReviewPage(items=[showing.review_line(review) for review in shown], next=onward)


@router.get(
    "/reviews/{uuid:review_id}", url_name="read_review", **described(Scope.REVIEWS, {200: shapes.Review}, "read_review")
)
def read_review(request: HttpRequest, review_id: UUID) -> shapes.Review:
    """One review with its reasons and what people said. Deciding is done by people, on its page."""
    reader = acting(request, Scope.REVIEWS)
    review = reviews_visible_to(reader).select_related("desk").filter(pk=review_id).first()
    if review is None:
        raise of_status(404)
    return showing.whole_review(review, review.decisions.order_by("decided_at", "id"))
