"""Where webhooks may go: any public https address, and what an operator spelled out; never anywhere inside."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from agentops.webhooks.errors import BadAddress
from tools_registry.http import HttpClient, Places
from tools_registry.http.places import Place, place_of
from tools_registry.results import ToolRefused

MOST_ANSWER_BYTES = 65_536


class Outside(Places):
    """As the places of tools, but every https host counts as named: administrators enter addresses on a page.

    The address behind the name is resolved and judged again at each connection, so a name that later points
    inside is refused then.
    """

    def check(self, url: str) -> Place:
        """Raises `ToolRefused("place_not_allowed")` for http to an address that nobody spelled out."""
        place = place_of(url)
        if place.scheme != "https" and place.origin not in self._spelled:
            raise ToolRefused("place_not_allowed", f"Webhooks go over https only; {place.origin} does not.")
        return place


def check_address(url: str) -> None:
    """Raises `BadAddress` for what could never be called; a name that is not known yet passes."""
    try:
        place = _places().check(url)
        _places().addresses(place)
    except ToolRefused as refusal:
        raise BadAddress(str(refusal)) from refusal
    except OSError:
        return  # no such name today; the delivery log will tell


@lru_cache(maxsize=1)
def client() -> HttpClient:
    """The client of this process for webhooks."""
    return HttpClient(_places(), most_bytes=MOST_ANSWER_BYTES)


@lru_cache(maxsize=1)
def _places() -> Outside:
    return Outside(settings.WEBHOOK_ORIGINS)
