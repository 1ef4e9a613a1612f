"""The views somebody may choose from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentops.core.models import User
from reviews.models import Desk, SavedView
from runs.rows import columns, take
from runs.sql import query

MOST = 150
_VIEWS = """
SELECT {}, u.name, d.name FROM reviews_savedview v JOIN core_user u ON u.id = v.owner_id
LEFT JOIN reviews_desk d ON d.id = v.desk_id WHERE v.owner_id = %s OR v.desk_id = ANY(%s)
ORDER BY v.owner_id <> %s, v.name LIMIT %s
"""  # one's own first, however many others share


def views_of(user: User, desks: Iterable[Desk]) -> tuple[list[SavedView], list[SavedView]]:
    """One's own views, and those others share with one's desks; by name. Owner and desk have a name and no more."""
    asked = (user.pk, [desk.pk for desk in desks], user.pk, MOST)
    rows = [_view(row) for row in query(_VIEWS.format(columns(SavedView, "v")), asked)]
    return [view for view in rows if view.owner_id == user.pk], [view for view in rows if view.owner_id != user.pk]


def _view(row: tuple[Any, ...]) -> SavedView:
    view, (owner, desk) = take(SavedView, row)
    view.owner = User(pk=view.owner_id, name=owner)
    view.desk = Desk(pk=view.desk_id, name=desk) if view.desk_id else None
    return view
