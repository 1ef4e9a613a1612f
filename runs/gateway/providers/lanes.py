"""Connections to a provider, in lanes: the HTTP client asks each idle connection of a pool before every request whether
it still lives, which with hundreds of them costs more than the request. Each lane is a small pool of its own.
"""

from __future__ import annotations

import itertools
from typing import Any

import httpx2

LANES = 32
KEPT = 16  # idle connections of one lane
KEPT_SECONDS = 30


class Lanes(httpx2.AsyncBaseTransport):
    """Requests go round the lanes; how many are in flight is bounded by whoever sends them."""

    def __init__(self) -> None:
        context = httpx2.create_ssl_context()  # one for all: it holds every certificate authority
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=KEPT, keepalive_expiry=KEPT_SECONDS)
        self._lanes = [httpx2.AsyncHTTPTransport(verify=context, limits=limits) for _ in range(LANES)]
        self._next = itertools.cycle(self._lanes)

    async def handle_async_request(self, request: Any) -> Any:
        return await next(self._next).handle_async_request(request)

    async def aclose(self) -> None:
        for lane in self._lanes:
            await lane.aclose()
