"""A client with half a second left, and a server that behaves as badly as it is told."""

import time
from collections.abc import Iterator

import pytest

from tests.tools_registry.http.bad_server import BadServer
from tools_registry.http import BoundClient, HttpClient, Places
from tools_registry.tool import ToolCall


@pytest.fixture
def server() -> Iterator[BadServer]:
    made = BadServer()
    yield made
    if not made.stopped:
        made.stop()


@pytest.fixture
def pool(server: BadServer) -> Iterator[HttpClient]:
    made = HttpClient(Places([server.url]), most_bytes=100_000)
    yield made
    made.close()


@pytest.fixture
def http(pool: HttpClient, call: ToolCall) -> BoundClient:
    """The client as a tool gets it, with half a second left."""
    call.deadline = time.monotonic() + 0.5
    return pool.bound(call)
