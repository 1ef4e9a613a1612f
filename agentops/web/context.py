"""What the frame of every page needs: theme, navigation, and who is signed in."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from agentops.core.permissions import Role
from agentops.web import nav, theme


@dataclass
class Shell:
    """The frame around a page; computed only where a template asks."""

    request: HttpRequest

    @property
    def theme(self) -> str:
        """`light`, `dark`, or empty."""
        return theme.theme_of(self.request)

    @cached_property
    def nav(self) -> list[nav.Entry]:
        """The places this person may open."""
        return nav.entries(self.request)

    @property
    def home(self) -> str:
        """Where they start."""
        return nav.home_among(self.nav) or "/"

    @property
    def may_be_away(self) -> bool:
        """Whether things are given to this person, so that somebody may have to stand in."""
        return bool(self.request.user.holds(Role.REVIEWER, Role.CONTROLLER))  # type: ignore[union-attr]  # signed in

    @cached_property
    def roles(self) -> str:
        """The person's roles in words."""
        return ", ".join(role.label for role in sorted(getattr(self.request.user, "roles", ()))) or "No role yet"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`."""
    return {"shell": Shell(request)}
