"""Where tools may call: named hosts over TLS at public addresses, and what an operator spelled out."""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from tools_registry.results import ToolRefused

PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Place:
    """One address, taken apart."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


class Places:
    """The list of the setting `TOOL_HOSTS`.

    `host` or `host:port` allows https there, at public addresses only. A full origin (`http://10.0.0.5:8080`)
    allows just that, also without TLS and at a private address: an operator who writes it out means it.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._spelled: set[str] = set()
        self._named: set[str] = set()
        for entry in entries:
            if "://" in entry:
                self._spelled.add(place_of(entry).origin)
            else:
                self._named.add(place_of(f"https://{entry}").origin)

    def check(self, url: str) -> Place:
        """The place of a URL that may be called; raises `ToolRefused("place_not_allowed")`."""
        place = place_of(url)
        if place.origin not in self._spelled and place.origin not in self._named:
            raise ToolRefused("place_not_allowed", f"Tools may not call {place.origin}")
        return place

    def addresses(self, place: Place) -> list[str]:
        """The addresses to connect to, resolved once; raises `OSError`, and `ToolRefused` for one inside."""
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if place.origin not in self._spelled and not all(is_public(address) for address in addresses):
            # All of them: a name with one public and one private address is an attempt to get in.
            raise ToolRefused("place_not_allowed", f"{place.host} is at an address inside the house")
        return addresses


def place_of(url: str) -> Place:
    """Scheme, host and port of a URL; raises `ToolRefused` for one that is not plainly http or https."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise ToolRefused("place_not_allowed", "This is not an address that can be called") from error
    if parts.scheme not in PORTS or not host or parts.username is not None or parts.password is not None:
        raise ToolRefused("place_not_allowed", "This is not an address that can be called")
    return Place(parts.scheme, host, port or PORTS[parts.scheme])


def is_public(address: str) -> bool:
    """Whether an address is out on the internet; one that hides another inside is judged by that one."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # an IPv4 address behind a translator
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast
