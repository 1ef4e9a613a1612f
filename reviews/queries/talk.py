"""The views somebody may choose from."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, Q, Value, When

from agentops.core.models import User
from reviews.models import Desk, SavedView


def views_of(user: User, desks: Iterable[Desk]) -> tuple[list[SavedView], list[SavedView]]:
    """One's own views, and those others share with one's desks; by name."""
    asked = Q(owner=user) | Q(desk__in=[desk.pk for desk in desks])
    own_first = Case(When(owner=user, then=Value(0)), default=Value(1))  # however many others share
    rows = list(SavedView.objects.select_related("owner", "desk").filter(asked).order_by(own_first, "name")[:150])
    return [view for view in rows if view.owner_id == user.pk], [view for view in rows if view.owner_id != user.pk]
