"""The wire below the client: every wait on it ends at the request's deadline, however the other side dawdles.

A timeout per read is not enough: a server that sends one byte a second never lets it pass. So each connect,
read, write and handshake is given what is left until the deadline, which the client sets for the request's
thread. Only the resolution of names is the operating system's own and has its own limits.
"""

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore
from httpcore._backends.base import SOCKET_OPTION

from tools_registry.http.places import Place, Places

PIECE = 16_384
LONGEST = 3600.0


class Current(threading.local):
    """The request of this thread: where it goes, and until when it may wait on the monotonic clock."""

    deadline: float = 0.0
    place: Place | None = None


current = Current()


def left(error: type[Exception]) -> float:
    """The seconds left for the request of this thread; raises `error` when there are none."""
    seconds = current.deadline - time.monotonic()
    if seconds <= 0:
        raise error("The deadline has passed")
    return min(seconds, LONGEST)


class TimedStream(httpcore.NetworkStream):
    """A stream whose every operation ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Raises `httpcore.ReadTimeout` at the deadline."""
        return self._stream.read(max_bytes, timeout=left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Raises `httpcore.WriteTimeout` at the deadline."""
        # In pieces: a peer that takes a little now and then would stretch one large send.
        for start in range(0, len(buffer), PIECE):
            self._stream.write(buffer[start : start + PIECE], timeout=left(httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Raises `httpcore.ConnectTimeout` at the deadline."""
        seconds = left(httpcore.ConnectTimeout)
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        """What the connection pool asks about the socket."""
        return self._stream.get_extra_info(info)


class TimedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were resolved and checked just now: no name changes in between."""

    def __init__(self, places: Places) -> None:
        self._places, self._backend = places, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises `httpcore.ConnectError`, `httpcore.ConnectTimeout`, and `ToolRefused` for a place inside."""
        place = current.place
        if place is None or (place.host, place.port) != (host, port):
            raise httpcore.ConnectError("This connection belongs to no request")
        try:
            addresses = self._places.addresses(place)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} was not found") from error
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                seconds = left(httpcore.ConnectTimeout)
                return TimedStream(self._backend.connect_tcp(address, port, seconds, local_address))
            except httpcore.ConnectError as error:
                failure = error
        raise failure
