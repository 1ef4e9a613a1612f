"""Whose intake problems and mails are whose: the requester's own, the desk's, and those of whoever runs the house."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.intake.models import Arrival, Mail
from reviews.models import Desk
from reviews.queries import desks_of, remembered_desks
from reviews.queries.sight import runs_visible_to
from reviews.standing import DECIDE, VIEW
from runs.models import IntakeProblem


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


def mails_visible_to(user: User) -> QuerySet[Mail]:
    """All for operators and auditors; else those of their desks, their own, and those that a run or a refused file
    that they see came with."""
    mails = Mail.objects.select_related("mailbox", "requester")
    if user.holds(Role.OPERATOR, Role.AUDITOR):
        return mails
    at_desks = desks_of(user).values("slug")
    return mails.filter(Q(desk__in=at_desks) | Q(requester=user) | Exists(_seen_arrivals(user)))


def _seen_arrivals(user: User) -> QuerySet[Arrival]:
    # A refused file that was tried again, keyed in or replaced has its run in its receipt.
    runs = runs_visible_to(user).values("pk")
    replaced = Q(problem__replaced_by__run__in=runs)
    seen = Q(run__in=runs) | Q(problem__run__in=runs) | replaced | Q(problem__in=visible_to(user).values("pk"))
    return Arrival.objects.filter(seen, mail=OuterRef("pk"))


def _at_desks(user: User, permission: str) -> Q:
    slugs: list[str] = []
    agents: set[str] = set()
    for desk in remembered_desks(user, permission):
        slugs.append(desk.slug)
        agents |= set(desk.agents)
    # A desk's problems are its own people's; of a desk that nobody made, they are those of who works with the agent.
    made = Exists(Desk.objects.filter(slug=OuterRef("desk")))
    return Q(desk__in=slugs) | (Q(agent__in=agents) & ~Q(made))
