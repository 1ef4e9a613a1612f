"""What this house lets its agents tell providers, from one setting. Nothing, where an agent is not named.

`support anthropic@eu: ticket.* article.*; invoices anthropic: invoice.* image/png application/pdf`: the agent, the
provider with the region in which it must compute, then names of fields (`ticket.*` for all below) and media types of
documents. The gateway holds every request to it; what an agent may tell is part of its version.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from runs.gateway.egress import Allowed, Egress

_HEAD = re.compile(r"(?P<agent>[a-z][\w-]*)\s+(?P<provider>[a-z][\w-]*)(?:@(?P<region>[\w-]+))?")
_FIELD = re.compile(r"[a-z]\w*(?:\.[a-z]\w*)*(?:\.\*)?")
_MEDIA = re.compile(r"(?:application|image)/[a-z0-9.+-]+")


def house_egress(agent: str) -> Egress:
    """What this agent may tell whom. Raises `ImproperlyConfigured` for a setting that cannot be read."""
    return _read(settings.MODEL_EGRESS).get(agent, Egress())


@lru_cache(maxsize=8)
def _read(setting: str) -> dict[str, Egress]:
    found: dict[str, dict[str, Allowed]] = {}
    for entry in filter(None, (part.strip() for part in setting.split(";"))):
        head, colon, names = entry.partition(":")
        told = _HEAD.fullmatch(head.strip())
        if not told or not colon:
            raise _unusable(entry, "it does not begin with an agent, a provider and a colon")
        allowed = _allowed(entry, names.split(), told["region"] or "")
        if told["provider"] in found.setdefault(told["agent"], {}):
            raise _unusable(entry, "this agent and provider are named twice")
        found[told["agent"]][told["provider"]] = allowed
    return {agent: Egress(to) for agent, to in found.items()}


def _allowed(entry: str, names: list[str], region: str) -> Allowed:
    documents = [name for name in names if _MEDIA.fullmatch(name)]
    fields = [name for name in names if name not in documents]
    if strange := [name for name in fields if not _FIELD.fullmatch(name)]:
        raise _unusable(entry, f"{strange[0]!r} is neither a field nor a media type")
    if not names:
        raise _unusable(entry, "it names nothing that may leave")
    return Allowed(fields=tuple(fields), documents=tuple(documents), region=region)


def _unusable(entry: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"AGENTOPS_MODEL_EGRESS: {entry[:80]!r} cannot be read: {why}. Write `support anthropic: ticket.* article.*`, "
        "entries apart by semicolons."
    )
