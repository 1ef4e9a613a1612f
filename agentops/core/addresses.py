"""From where somebody asks, as far as it can be known."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

V6_NETWORK = 64  # what one customer is given: single addresses of it cost nothing


def client_address(request: HttpRequest) -> str:
    """Who is asking: the address our own proxy saw, never one that the client could have written itself."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def network_of(request: HttpRequest) -> str:
    """What requests are counted under: the address, of IPv6 its network."""
    address = client_address(request)[:100]
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address  # a socket of this machine has none
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, V6_NETWORK), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)
