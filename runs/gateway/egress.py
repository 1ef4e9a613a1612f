"""What of an agent's data may go to which provider, and where that computes. Nothing, unless the agent says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runs.gateway.messages import Data, Document, Request, Returned


class NotAllowedOut(ValueError):
    """The request holds what may not go to this provider; the message names the fields, never their values."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """For one provider: names of fields (`invoice.*` for all below), media types of documents, and the region."""

    fields: Sequence[str] = ()
    documents: Sequence[str] = ()
    region: str = ""  # as the provider spells it; empty: wherever it likes


@dataclass(frozen=True, slots=True)
class Egress:
    """By provider; one that is not named gets no data at all."""

    to: Mapping[str, Allowed] = field(default_factory=dict)

    def check(self, provider: str, request: Request) -> str:
        """The region to ask for. Raises `NotAllowedOut`."""
        allowed = self.to.get(provider, Allowed())
        kept = sorted({name for part in request.parts() if (name := _kept_back(part, allowed))})
        if kept:
            raise NotAllowedOut(f"{', '.join(kept)} may not go to {provider}: the agent's version does not allow it.")
        return allowed.region

    def names(self, field: str) -> bool:
        """May this field go to anybody?"""
        return any(_covers(pattern, field) for allowed in self.to.values() for pattern in allowed.fields)

    def as_json(self) -> dict[str, Any]:
        return {
            name: {"fields": sorted(one.fields), "documents": sorted(one.documents), "region": one.region}
            for name, one in self.to.items()
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Egress:
        return cls({name: Allowed(**one) for name, one in body.items()})


def _kept_back(part: Any, allowed: Allowed) -> str:
    """The name of what may not leave, or nothing."""
    if isinstance(part, Data | Returned):
        return "" if any(_covers(pattern, part.field) for pattern in allowed.fields) else part.field
    if isinstance(part, Document):
        return "" if part.media_type in allowed.documents else f"a document ({part.media_type})"
    return ""


def _covers(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith(".*") else name == pattern
