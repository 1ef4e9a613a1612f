"""Whose desks are whose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.models import Desk, Review
from reviews.standing import DECIDE, DECIDERS, VIEW
from runs.agents import Agent, agents

_REMEMBERED = "_desks_of_this_page"


def desks_of(user: User, permission: str = VIEW) -> QuerySet[Desk]:
    """The desks at which somebody may do this; an auditor sees all of them."""
    desks = Desk.objects.order_by("name")
    if permission == VIEW and user.holds(Role.AUDITOR):
        return desks
    return desks.filter(id__in=_granted(user, permission))


def remember_desks(user: User) -> list[Desk]:
    """The desks at which somebody may look, kept on this object of the person with those where they decide: one page
    asks for them several times, and they are one query."""
    sees, decides = Q(id__in=desks_of(user).order_by().values("id")), Q(id__in=_granted(user, DECIDE))
    rows = Desk.objects.filter(sees | decides).annotate(sees=_is(sees), decides=_is(decides)).order_by("name")
    kept: dict[str, list[Desk]] = {VIEW: [], DECIDE: []}
    for desk in rows:
        kept[VIEW] += [desk] if desk.sees else []
        kept[DECIDE] += [desk] if desk.decides else []
    user.__dict__[_REMEMBERED] = kept
    return kept[VIEW]


def remembered_desks(user: User, permission: str = VIEW) -> list[Desk]:
    """What `remember_desks` kept for this page, else what is so now."""
    kept: dict[str, list[Desk]] = user.__dict__.get(_REMEMBERED, {})
    return kept[permission] if permission in kept else list(desks_of(user, permission))


def _granted(user: User, permission: str) -> QuerySet[Desk, Any]:
    own = Q(deskuserpermission__user=user, deskuserpermission__permission__codename=permission)
    shared = Q(deskgrouppermission__group__user=user, deskgrouppermission__permission__codename=permission)
    return Desk.objects.filter(own | shared).values("id")


def _is(condition: Q) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(condition, output_field=BooleanField())


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
