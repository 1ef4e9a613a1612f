"""Whom something concerns: people with their reasons, and who is still there to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.notifications.kinds import Kind
from reviews.models import Desk


@dataclass
class Concerned:
    """People with their reasons, the desk it is at, and the reasons that are those of everybody there."""

    people: dict[UUID, list[Kind]] = field(default_factory=dict)
    desk: Desk | None = None
    of_desk: list[Kind] = field(default_factory=list)
    urgent: bool = False

    def add(self, people: Iterable[User | UUID | None], kind: Kind) -> None:
        """These people, for this reason too."""
        for one in people:
            if one is not None:
                self.people.setdefault(one.pk if isinstance(one, User) else one, []).append(kind)


def holders(roles: Iterable[Role]) -> list[User]:
    """Everybody active who holds one of these roles."""
    names = [str(role) for role in roles]
    return list(User.objects.filter(is_active=True, kind="person", groups__name__in=names).distinct())


def active_people(ids: Iterable[UUID]) -> list[User]:
    """Those of these who are people and active."""
    wanted = list(ids)
    return list(User.objects.filter(pk__in=wanted, is_active=True, kind="person")) if wanted else []
