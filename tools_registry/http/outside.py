"""Where the house may call on its own behalf: any public https address, and what an operator spelled out; never
anywhere inside. For addresses that administrators enter on a page."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from django.conf import settings

from tools_registry.http.client import HttpClient
from tools_registry.http.places import Place, Places, place_of
from tools_registry.results import ToolRefused

MOST_ANSWER_BYTES = 65_536
LONGEST = 500
# Global unicast, and the translator whose inner address the places of tools have judged.
GIVEN_OUT = (ipaddress.ip_network("2000::/3"), ipaddress.ip_network("64:ff9b::/96"))


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

    def addresses(self, place: Place) -> list[str]:
        """As for tools, and of IPv6 only what is given out on the internet: prefixes that are not may be translated
        to an IPv4 address inside, or be some network's own."""
        found = super().addresses(place)
        if place.origin not in self._spelled and not all(map(_is_given_out, found)):
            raise ToolRefused("place_not_allowed", f"{place.host} is at an address that is not on the internet")
        return found


def why_not_outside(url: str) -> str:
    """Why this could never be called, in words; empty where it may, also for a name that is not known yet. Asks for
    the name."""
    if len(url) > LONGEST or not all("!" <= sign <= "~" for sign in url):
        return f"Write the address in at most {LONGEST} plain letters: other signs in it as %C3%A4."
    try:
        place = outside_places().check(url)
        outside_places().addresses(place)
    except ToolRefused as refusal:
        return str(refusal)
    except UnicodeError:
        return "This is no name of a host."
    except OSError:
        return ""  # no such name today; the delivery log will tell
    return ""


@lru_cache(maxsize=1)
def outside_client() -> HttpClient:
    """The client of this process for such addresses."""
    return HttpClient(outside_places(), most_bytes=MOST_ANSWER_BYTES)


@lru_cache(maxsize=1)
def outside_places() -> Outside:
    """The places of this process, with what the setting `WEBHOOK_ORIGINS` spells out."""
    return Outside(settings.WEBHOOK_ORIGINS)


def _is_given_out(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%")[0])
    return ip.version == 4 or any(ip in network for network in GIVEN_OUT)
