"""Which model answers: role to tier to model, from the agent's version; what it does not say is the house's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings

from runs.gateway.egress import Egress
from runs.gateway.messages import Request, Role

ROLES: dict[str, str] = {
    Role.PLANNER: "strong",
    Role.SYNTHESIS: "strong",
    Role.EXECUTOR: "cheap",
    Role.CRITIC: "cheap",
    Role.READER: "cheap",
}


class NoModels(LookupError):
    """This version of the agent asks no model, or names one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Models:
    """What an agent says about models: part of its version, so a run in flight keeps what it began with."""

    roles: Mapping[str, str] = field(default_factory=dict)  # role -> tier, where not the house's
    tiers: Mapping[str, str] = field(default_factory=dict)  # tier -> "provider:model", where not the house's
    egress: Egress = field(default_factory=Egress)
    cached_for: timedelta | None = None  # how long an equal question needs no new call; None: always called

    def as_json(self) -> dict[str, Any]:
        """Whole, with the house's part in it: this is what a version is pinned to."""
        return {
            "roles": {**ROLES, **self.roles},
            "tiers": {**settings.MODEL_TIERS, **self.tiers},
            "egress": self.egress.as_json(),
            "cached_seconds": int(self.cached_for.total_seconds()) if self.cached_for else 0,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is to answer one request."""

    provider: str
    model: str
    tier: str
    egress: Egress
    cached_seconds: int


def choose(version: str, request: Request) -> Choice:
    """By the stored version of the run's agent. Raises `NoModels`."""
    body = _models_of(version)
    if not body:
        raise NoModels("This version of the agent asks no model: it declares no `models`.")
    tier = body["roles"].get(request.role.value, "")
    provider, _, model = body["tiers"].get(tier, "").partition(":")
    if not model:
        raise NoModels(f"No model is named for the role {request.role.value} (tier {tier or 'none'}).")
    return Choice(provider, model, tier, Egress.from_json(body["egress"]), body["cached_seconds"])


@lru_cache(maxsize=256)
def _models_of(version: str) -> dict[str, Any]:
    from runs.models import AgentVersion

    body: dict[str, Any] = AgentVersion.objects.values_list("body", flat=True).get(hash=version)
    return body.get("models") or {}
