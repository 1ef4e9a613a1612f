"""What was said beside a review, and the views somebody may choose from."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from agentops.core.models import User
from reviews.models import Comment, Desk, Review, SavedView


def comments_on(review: Review) -> QuerySet[Comment]:
    """Comments on a review and on those it came from, oldest first."""
    run = Comment.objects.filter(review__run_id=review.run_id)
    return run.select_related("person", "review").order_by("at", "id")


def views_of(user: User, desks: Iterable[Desk]) -> tuple[list[SavedView], list[SavedView]]:
    """One's own views, and those others share with one's desks; by name."""
    asked = Q(owner=user) | Q(desk__in=[desk.pk for desk in desks])
    rows = list(SavedView.objects.select_related("owner", "desk").filter(asked).order_by("name")[:150])
    return [view for view in rows if view.owner_id == user.pk], [view for view in rows if view.owner_id != user.pk]
