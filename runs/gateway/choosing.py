"""Which model answers: role to tier to model, from the agent's version; what it does not say is the house's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings

from runs.gateway.egress import Egress, NotAllowedOut
from runs.gateway.house_egress import house_egress
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
    egress: Egress | None = None  # what models may be told; None: what the house's setting allows this agent
    batched: bool = False  # its answers can wait for a day and cost half
    cached_for: timedelta | None = None  # how long an equal question needs no new call; None: always called

    def as_json(self, agent: str) -> dict[str, Any]:
        """Whole, with the house's part in it: this is what a version is pinned to."""
        egress = house_egress(agent) if self.egress is None else self.egress
        return {
            "roles": {**ROLES, **self.roles},
            "tiers": {**settings.MODEL_TIERS, **self.tiers},
            "egress": egress.as_json(),
            "cached_seconds": int(self.cached_for.total_seconds()) if self.cached_for else 0,
            **({"batched": True} if self.batched else {}),
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is to answer one request."""

    provider: str
    model: str
    tier: str
    egress: Egress
    cached_seconds: int
    batched: bool = False


def choose(version: str, request: Request) -> Choice:
    """By the stored version of the run's agent. Raises `NoModels`."""
    return chosen(_models_of(version), request)


def chosen(body: Mapping[str, Any], request: Request) -> Choice:
    """By what a version says of models. Raises `NoModels`."""
    if not body:
        raise NoModels("This version of the agent asks no model: it declares no `models`.")
    tier = body["roles"].get(request.role.value, "")
    provider, _, model = body["tiers"].get(tier, "").partition(":")
    if not model:
        raise NoModels(f"No model is named for the role {request.role.value} (tier {tier or 'none'}).")
    return Choice(
        provider, model, tier, Egress.from_json(body["egress"]), body["cached_seconds"], body.get("batched", False)
    )


def may_ask(version: str, request: Request) -> bool:
    """Whether a model is named for this request and may be told all that it holds.

    By the version alone, so that a step that runs again decides as it did before.
    """
    try:
        choice = choose(version, request)
        choice.egress.check(choice.provider, request)
    except (NoModels, NotAllowedOut):
        return False
    return True


@lru_cache(maxsize=256)
def _models_of(version: str) -> dict[str, Any]:
    from runs.models import AgentVersion

    body: dict[str, Any] = AgentVersion.objects.values_list("body", flat=True).get(hash=version)
    return body.get("models") or {}
