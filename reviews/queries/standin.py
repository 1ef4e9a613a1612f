"""Stand-ins for a person, their desks, a review and the time: a statement is put together once with them, and performed
with what they stand for. Its other values are written out: so PostgreSQL plans it once per connection and still knows
which partial indexes fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from reviews.models import Desk
from runs.sql import query

SOMEBODY, REVIEW = UUID(int=1), UUID(int=2)
NOW, YESTERDAY, SORT_AT = (datetime(1970, 1, day, tzinfo=UTC) for day in (3, 2, 1))
_FIRST_DESK = 1000
_LAST_DESK = 100_000  # what has a greater key is no stand-in: ids begin with the time


@dataclass(frozen=True, slots=True)
class Statement:
    """Text in which only the stand-ins are left open; empty where nothing can be found."""

    text: str
    params: Sequence[Any]

    def rows(self, asked: Mapping[Any, Any], *, anew: bool = False) -> list[tuple[Any, ...]]:
        """What it finds with what was `asked` in the place of each stand-in; planned `anew` where the best way depends
        on it."""
        if not self.text:
            return []
        params = [_replaced(param, asked) for param in self.params]
        if not anew:
            return query(self.text, params)
        with connection.cursor() as cursor:
            cursor.execute(self.text, params)
            return list(cursor.fetchall())


def statement(text: str, params: Iterable[Any]) -> Statement:
    """The statement of a query of the ORM, its constants written out. For constants of ours only: each set of them is
    planned, and kept, for itself."""
    pieces, left = text.split("%s"), []
    written = pieces[0]
    for param, piece in zip(params, pieces[1:], strict=True):
        if _stands_in(param):
            written += "%s" + piece
            left.append(param)
        else:
            written += sql.Literal(param).as_string().replace("%", "%%") + piece
    return Statement(written, left)


def desk(place: int) -> Desk:
    """The desk at this place of somebody's desks."""
    return Desk(pk=UUID(int=_FIRST_DESK + place))


def desks_at(desks: Iterable[Desk]) -> dict[Any, Any]:
    """What their stand-ins stand for."""
    return {desk(place).pk: one.pk for place, one in enumerate(desks)}


def _stands_in(param: Any) -> bool:
    if isinstance(param, list | tuple):
        return any(_stands_in(one) for one in param)
    if isinstance(param, UUID):
        return param.int < _LAST_DESK
    return param in (NOW, YESTERDAY, SORT_AT)


def _replaced(param: Any, asked: Mapping[Any, Any]) -> Any:
    if isinstance(param, list | tuple):
        return [_replaced(one, asked) for one in param]
    return asked.get(param, param) if isinstance(param, UUID | datetime) else param
