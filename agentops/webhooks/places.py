"""Where webhooks may go: what is outside the house (tools_registry/http/outside.py), said as a refusal of this room."""

from __future__ import annotations

from agentops.webhooks.errors import BadAddress
from tools_registry.http.outside import outside_client as client
from tools_registry.http.outside import outside_places as _places
from tools_registry.http.outside import why_not_outside

__all__ = ["_places", "check_address", "client"]


def check_address(url: str) -> None:
    """Raises `BadAddress` for what could never be called; a name that is not known yet passes. Asks for the name."""
    if why := why_not_outside(url):
        raise BadAddress(why)
