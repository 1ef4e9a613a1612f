"""Who works where, up to what, what another limit would change, and which raises wait for a second administrator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from agentops.core.models import User
from reviews.models import ChangeStatus, Desk, LimitChange, PersonalLimit
from runs.sql import query

# Of everybody asked for: what they may do at each desk, by themselves and as one of a group, and up to what.
_PLACES = """
SELECT m.user_id, k.id, k.slug, k.name,
    array_agg(DISTINCT p.codename), array_agg(DISTINCT p.codename) FILTER (WHERE m.own),
    (SELECT l.amount FROM reviews_personallimit l WHERE l.user_id = m.user_id AND l.desk_id = k.id),
    reviews_limit_of(m.user_id, k.id)
FROM (SELECT user_id, content_object_id, permission_id, true AS own FROM reviews_deskuserpermission
      UNION ALL
      SELECT g.user_id, d.content_object_id, d.permission_id, false FROM reviews_deskgrouppermission d
      JOIN core_user_groups g ON g.group_id = d.group_id) m
JOIN reviews_desk k ON k.id = m.content_object_id
JOIN auth_permission p ON p.id = m.permission_id
WHERE m.user_id = ANY(%s) GROUP BY m.user_id, k.id, k.slug, k.name ORDER BY k.name
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody at a desk: `own` is what they may do themselves, the rest is a group's. `limit` holds, `own_limit`
    is theirs at this very desk."""

    user_id: UUID
    desk_id: UUID
    slug: str
    desk: str
    permissions: frozenset[str]
    own: frozenset[str]
    own_limit: Decimal | None
    limit: Decimal | None


def places_of(people: Iterable[UUID]) -> list[Place]:
    """Every place of these people, by desk; one query."""
    rows = query(_PLACES, (list(people),))
    return [
        Place(user, desk, slug, name, frozenset(all_of_it), frozenset(own or ()), own_limit, limit)
        for user, desk, slug, name, all_of_it, own, own_limit, limit in rows
    ]


def waiting_limits(now: datetime) -> QuerySet[LimitChange]:
    """Raises that somebody asked for and nobody has answered, oldest first."""
    rows = LimitChange.objects.filter(status=ChangeStatus.WAITING, expires_at__gt=now)
    return rows.select_related("desk", "user", "author").order_by("created_at")


def limit_of(user: User, desk: Desk) -> Decimal | None:
    """The limit that holds for somebody at a desk at this moment; None: none does."""
    ((found,),) = query("SELECT reviews_limit_of(%s, %s)", (user.pk, desk.pk))
    return found if found is None else Decimal(found)


def is_more(after: Decimal | None, before: Decimal | None) -> bool:
    """Is the first limit looser than the second; None is none at all."""
    return before is not None and (after is None or after > before)


def own_limit(desk: Desk, user: User | None) -> Decimal | None:
    """What stands there itself."""
    if user is None:
        return Desk.objects.values_list("default_limit", flat=True).get(pk=desk.pk)
    return PersonalLimit.objects.filter(user=user, desk=desk).values_list("amount", flat=True).first()


def limit_before(desk: Desk, user: User | None) -> Decimal | None:
    """What holds: for a person, or without one for whoever has none of their own at the desk."""
    return own_limit(desk, user) if user is None else limit_of(user, desk)


def limit_after(desk: Desk, user: User | None, amount: Decimal | None) -> Decimal | None:
    """What would hold with this own limit: without an own limit the desk's, or the least they have elsewhere."""
    if amount is not None or user is None:
        return amount
    others = PersonalLimit.objects.filter(user=user).exclude(desk=desk).values_list("amount", flat=True)
    known = [limit for limit in (*others, own_limit(desk, None)) if limit is not None]
    return min(known, default=None)
