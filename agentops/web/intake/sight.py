"""Whose intake problems are whose: the requester's own, the desk's, and those of whoever runs the house."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.models import Desk
from reviews.queries import desks_of
from reviews.standing import DECIDE, VIEW
from runs.models import IntakeProblem, ProblemStatus


def visible_to(user: User) -> QuerySet[IntakeProblem]:
    """What this person may read; an auditor reads all."""
    if user.holds(Role.OPERATOR, Role.AUDITOR):
        return IntakeProblem.objects.all()
    return IntakeProblem.objects.filter(_at_desks(user, VIEW) | Q(requester=user))


def may_act(user: User, problem: IntakeProblem) -> bool:
    """Whether this person may fetch the original, retry, key in and close: reading alone is not enough."""
    return within_reach(user).filter(pk=problem.pk).exists()


def within_reach(user: User) -> QuerySet[IntakeProblem]:
    """What this person may do something about."""
    if user.holds(Role.OPERATOR):
        return IntakeProblem.objects.all()
    mine = Q(requester=user)
    if user.holds(Role.REVIEWER, Role.CONTROLLER):
        mine |= _at_desks(user, DECIDE)
    return IntakeProblem.objects.filter(mine)


def open_for(user: User) -> int:
    """How many wait for this person."""
    return within_reach(user).filter(status=ProblemStatus.OPEN).count()


def _at_desks(user: User, permission: str) -> Q:
    slugs: list[str] = []
    agents: set[str] = set()
    for slug, names in desks_of(user, permission).values_list("slug", "agents"):
        slugs.append(slug)
        agents |= set(names)
    # A desk's problems are its own people's; of a desk that nobody made, they are those of who works with the agent.
    made = Exists(Desk.objects.filter(slug=OuterRef("desk")))
    return Q(desk__in=slugs) | (Q(agent__in=agents) & ~Q(made))
