"""Whose desks are whose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.models import Desk, Review
from reviews.standing import DECIDE, DECIDERS, VIEW
from runs.agents import Agent, agents
from runs.rows import columns, take
from runs.sql import query

_REMEMBERED = "_desks_of_this_page"
_GRANTED = """
SELECT {}, coalesce(granted.codes, ARRAY[]::text[]) FROM reviews_desk d LEFT JOIN (
    SELECT g.content_object_id AS desk, array_agg(p.codename::text) AS codes FROM (
        SELECT content_object_id, permission_id FROM reviews_deskuserpermission WHERE user_id = %s
        UNION ALL
        SELECT x.content_object_id, x.permission_id FROM reviews_deskgrouppermission x
        JOIN core_user_groups m ON m.group_id = x.group_id WHERE m.user_id = %s
    ) g JOIN auth_permission p ON p.id = g.permission_id GROUP BY 1
) granted ON granted.desk = d.id WHERE granted.desk IS NOT NULL OR %s ORDER BY d.name
"""


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Somebody's desks by what they may do there, and all that they may do at each."""

    desks: dict[str, list[Desk]]
    permissions: dict[UUID, frozenset[str]]


def desks_of(user: User, permission: str = VIEW) -> QuerySet[Desk]:
    """The desks at which somebody may do this; an auditor sees all of them."""
    desks = Desk.objects.order_by("name")
    if permission == VIEW and user.holds(Role.AUDITOR):
        return desks
    return desks.filter(id__in=_granted(user, permission))


def remember_desks(user: User) -> list[Desk]:
    """The desks at which somebody may look, kept on this object of the person with all they may do there: one page
    asks for them several times, and they are one query."""
    everything = user.holds(Role.AUDITOR)
    rows = query(_GRANTED.format(columns(Desk, "d")), (user.pk, user.pk, everything))
    found = [(desk, frozenset(codes)) for desk, (codes,) in (take(Desk, row) for row in rows)]
    user.__dict__[_REMEMBERED] = _Remembered(
        {VIEW: [desk for desk, codes in found if everything or VIEW in codes],
         DECIDE: [desk for desk, codes in found if DECIDE in codes]},
        {desk.pk: codes for desk, codes in found},
    )  # fmt: skip
    return remembered_desks(user)


def remembered_once(user: User) -> list[Desk]:
    """The desks at which somebody may look, asked for only if this page has not done so yet."""
    return remembered_desks(user) if _REMEMBERED in user.__dict__ else remember_desks(user)


def remembered_desks(user: User, permission: str = VIEW) -> list[Desk]:
    """What `remember_desks` kept for this page, else what is so now."""
    kept: _Remembered | None = user.__dict__.get(_REMEMBERED)
    return kept.desks[permission] if kept and permission in kept.desks else list(desks_of(user, permission))


def remembered_permissions(user: User, desk_id: UUID) -> frozenset[str]:
    """What somebody may do at a desk, as `remember_desks` found it."""
    if _REMEMBERED not in user.__dict__:
        remember_desks(user)
    kept: _Remembered = user.__dict__[_REMEMBERED]
    return kept.permissions.get(desk_id, frozenset())


def in_remembered_sight_of(user: User) -> Q:
    """`may_see` of a person as a condition on reviews, with the desks that are known by now."""
    sees, decides = remembered_desks(user), remembered_desks(user, DECIDE)
    given = Q(assigned_to=user, desk__in=[desk.pk for desk in decides])
    return Q(desk__in=[desk.pk for desk in sees]) | given


def _granted(user: User, permission: str) -> QuerySet[Desk, Any]:
    own = Q(deskuserpermission__user=user, deskuserpermission__permission__codename=permission)
    shared = Q(deskgrouppermission__group__user=user, deskgrouppermission__permission__codename=permission)
    return Desk.objects.filter(own | shared).values("id")


def may_see(user: User, review: Review) -> bool:
    """Whether this person may open the page of a review: its desk is theirs, or it was given to them."""
    if user.holds(Role.AUDITOR) or desks_of(user).filter(id=review.desk_id).exists():
        return True
    return review.assigned_to_id == user.id and desks_of(user, DECIDE).filter(id=review.desk_id).exists()


def given_to(user: User) -> Q:
    """Reviews that were given to somebody, for as long as they may decide at the desk."""
    return Q(assigned_to=user, desk__in=desks_of(user, DECIDE))


def agents_without_desk() -> list[Agent]:
    """The agents whose reviews would wait at the desk of last resort; one query."""
    listed: set[str] = set()
    for slug, names in Desk.objects.values_list("slug", "agents"):
        listed |= {slug, *names}
    return [agent for agent in agents if agent.name not in listed and agent.desk not in listed]


def desks_with_people() -> list[Desk]:
    """The desks at which somebody may decide, by name."""
    own = Q(deskuserpermission__user__is_active=True, deskuserpermission__permission__codename=DECIDE)
    shared = Q(deskgrouppermission__group__user__is_active=True, deskgrouppermission__permission__codename=DECIDE)
    return list(Desk.objects.filter(id__in=Desk.objects.filter(own | shared).values("id")).order_by("name"))


def people_at(desk: Desk) -> list[User]:
    """Who may decide at a desk, by name."""
    return people_at_any([desk])


def people_at_any(desks: Iterable[Desk]) -> list[User]:
    """Who may decide at one of these desks, by name."""
    there = [desk.pk for desk in desks]
    own = Q(deskuserpermission__content_object__in=there, deskuserpermission__permission__codename=DECIDE)
    shared = Q(
        groups__deskgrouppermission__content_object__in=there,
        groups__deskgrouppermission__permission__codename=DECIDE,
    )
    able = User.objects.filter(own | shared).values("id")
    deciders = [str(role) for role in DECIDERS]
    return list(
        User.objects.filter(id__in=able, is_active=True, kind="person", groups__name__in=deciders)
        .distinct()
        .order_by("name")
    )
