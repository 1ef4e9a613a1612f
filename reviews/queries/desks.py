"""Whose desks are whose."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.models import Desk, Review
from reviews.standing import DECIDE, DECIDERS, VIEW
from runs.agents import Agent, agents


def desks_of(user: User, permission: str = VIEW) -> QuerySet[Desk]:
    """The desks at which somebody may do this; an auditor sees all of them."""
    desks = Desk.objects.order_by("name")
    if permission == VIEW and user.holds(Role.AUDITOR):
        return desks
    own = Q(deskuserpermission__user=user, deskuserpermission__permission__codename=permission)
    shared = Q(deskgrouppermission__group__user=user, deskgrouppermission__permission__codename=permission)
    return desks.filter(id__in=Desk.objects.filter(own | shared).values("id"))


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


def people_at(desk: Desk) -> list[User]:
    """Who may decide at a desk, by name."""
    own = Q(deskuserpermission__content_object=desk, deskuserpermission__permission__codename=DECIDE)
    shared = Q(
        groups__deskgrouppermission__content_object=desk,
        groups__deskgrouppermission__permission__codename=DECIDE,
    )
    able = User.objects.filter(own | shared).values("id")
    deciders = [str(role) for role in DECIDERS]
    return list(
        User.objects.filter(id__in=able, is_active=True, kind="person", groups__name__in=deciders)
        .distinct()
        .order_by("name")
    )
