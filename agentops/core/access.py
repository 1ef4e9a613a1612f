"""Who may open a page: declared at each view, wherever it lives; agentops/web/access.py asks before it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpRequest

from agentops.core.permissions import Role

if TYPE_CHECKING:
    from agentops.core.models import User

View = TypeVar("View", bound=Callable[..., Any])
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class PersonRequest(HttpRequest):
    """A type only: the request as a view behind `@access` sees it. The rules have let this person pass."""

    user: User


@dataclass(frozen=True)
class Rule:
    """What a view asks of the person in front of it."""

    public: bool = False
    signed_in: bool = False
    roles: frozenset[Role] = frozenset()
    writers: frozenset[Role] | None = None
    by: str = ""

    def admits(self, user: Any, method: str = "GET") -> bool:
        """Whether this person may pass with this method; a service user never passes on a page."""
        if self.public or self.by:
            return True
        if not user.is_authenticated or not user.is_active or user.kind != "person":
            return False
        wanted = self.roles if self.writers is None or method in READING else self.writers
        return self.signed_in or bool(user.holds(*wanted))


def access(*roles: Role, write: Sequence[Role] | None = None) -> Callable[[View], View]:
    """Open a view to people who hold one of `roles`; with `write`, only those may do more than read.

    Raises `ValueError` if no role is named.
    """
    if not roles or write == ():
        raise ValueError("name at least one role, or say @signed_in or @public")
    return _declare(Rule(roles=frozenset(roles), writers=None if write is None else frozenset(write)))


def signed_in(view: View) -> View:
    """Open a view to every person who is signed in; the view looks after its own objects."""
    return _declare(Rule(signed_in=True))(view)


def public(view: View) -> View:
    """Open a view to everyone, signed in or not."""
    return _declare(Rule(public=True))(view)


def guarded_by(mechanism: str) -> Callable[[View], View]:
    """Say that a view brings its own lock (an API token, a signature), and which."""
    return _declare(Rule(by=mechanism))


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The rule declared on a view, or None; class-based views carry it on the function made by `as_view`."""
    return getattr(view, "access_rule", None)


def _declare(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark
