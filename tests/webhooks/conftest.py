"""A receiver on a real socket, an endpoint that points there, and people who may change webhooks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from agentops.core.ids import uuid7
from agentops.core.models import User, UserKind
from agentops.core.roles import make_role_groups
from agentops.webhooks import places, services
from agentops.webhooks.models import Endpoint
from tools_registry.services.seeding import ensure_policy


@dataclass
class Heard:
    """One request as the receiver got it."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Somebody else's program: keeps what it hears, and answers what a test tells it to."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # used up one by one; then 204


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    there = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            there.heard.append(Heard({k.lower(): v for k, v in self.headers.items()}, body))
            status, headers = there.answers.pop(0) if there.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there.url = f"http://127.0.0.1:{server.server_port}"
    settings.WEBHOOK_ORIGINS = [there.url]
    _forget_places()
    yield there
    server.shutdown()
    server.server_close()
    _forget_places()


@pytest.fixture
def rows(transactional_db) -> None:
    """What `migrate` leaves; with real commits, because the courier works in threads of its own."""
    make_role_groups()
    ensure_policy()


@pytest.fixture
def someone(rows) -> Callable[..., User]:
    """Makes a person with roles, or a service user."""

    def make(*roles: str, service: bool = False) -> User:
        kind = UserKind.SERVICE if service else UserKind.PERSON
        user = User.objects.create_user(f"{uuid7()}@test.example", "Somebody", kind=kind)
        user.groups.set(Group.objects.filter(name__in=["service"] if service else roles))
        return user

    return make


@pytest.fixture
def admin(someone) -> User:
    return someone("policy_admin")


@pytest.fixture
def endpoint(receiver, admin) -> tuple[Endpoint, str]:
    """One that wants to know of runs and of refused files, and its secret."""
    return services.make_endpoint(
        name="ERP",
        url=f"{receiver.url}/in",
        types=["run.finished", "intake.refused"],
        desk=None,
        by=admin,
        now=timezone.now(),
    )


def _forget_places() -> None:
    places.client.cache_clear()
    places._places.cache_clear()
