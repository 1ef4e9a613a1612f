"""Stand-ins for a person, their desks, a review and the time: a statement is put together once with them, and performed
with what they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from reviews.models import Desk

SOMEBODY, REVIEW = UUID(int=1), UUID(int=2)
NOW, YESTERDAY, SORT_AT = (datetime(1970, 1, day, tzinfo=UTC) for day in (3, 2, 1))
_FIRST_DESK = 1000


def desk(place: int) -> Desk:
    """The desk at this place of somebody's desks."""
    return Desk(pk=UUID(int=_FIRST_DESK + place))


def replaced(params: Iterable[Any], asked: Mapping[Any, Any]) -> list[Any]:
    """The parameters with what was `asked` in the place of each stand-in."""
    return [_replaced(param, asked) for param in params]


def _replaced(param: Any, asked: Mapping[Any, Any]) -> Any:
    if isinstance(param, list | tuple):
        return [_replaced(one, asked) for one in param]
    return asked.get(param, param) if isinstance(param, UUID | datetime) else param
