"""A mail server and a channel's receiver on real sockets, and people at a desk to whom things happen."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone

from agentops.core.models import User
from agentops.core.roles import make_role_groups
from agentops.notifications import services
from agentops.notifications.kinds import OF_DESKS
from agentops.notifications.models import Channel
from agentops.notifications.telling import courier
from agentops.notifications.telling.sending import send
from agentops.notifications.telling.spreading import spread
from tests.reviews.conftest import ask_about, desk, filer, now, people, person, propose, review, run  # noqa: F401
from tools_registry.http import outside
from tools_registry.services.seeding import ensure_policy


@dataclass
class Letter:
    """One mail as the server took it: to whom, and what it says once it is read again."""

    to: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]

    @property
    def text(self) -> str:
        return str(self.mail.get_content())


@dataclass
class MailServer:
    """Enough SMTP for a program that sends, on a socket: keeps what it takes, refuses what a test tells it to."""

    port: int = 0
    taken: list[Letter] = field(default_factory=list)
    refusals: list[bytes] = field(default_factory=list)  # said to DATA, used up one by one

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to: list[str] = []
        writer.write(b"220 post.test ESMTP\r\n")
        while words := (await reader.readline()).strip():
            verb = words[:4].upper()
            if verb in (b"EHLO", b"HELO"):
                writer.write(b"250 post.test\r\n")
            elif verb == b"RCPT":
                to.append(words.partition(b"<")[2].partition(b">")[0].decode())
                writer.write(b"250 ok\r\n")
            elif verb == b"DATA":
                if self.refusals:
                    writer.write(self.refusals.pop(0) + b"\r\n")
                    continue
                writer.write(b"354 go on\r\n")
                raw = (await reader.readuntil(b"\r\n.\r\n"))[:-5].replace(b"\r\n..", b"\r\n.")
                self.taken.append(Letter(to, raw + b"\r\n"))
                to = []
                writer.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()

    def to(self, reader: User) -> list[Letter]:
        return [letter for letter in self.taken if letter.to == [reader.email]]


@pytest.fixture
def post(settings) -> Iterator[MailServer]:
    """The mail server of a test, and the house told to use it."""
    server, ready, loop = MailServer(), threading.Event(), asyncio.new_event_loop()

    async def listen() -> None:
        there = await asyncio.start_server(server.talk, "127.0.0.1", 0)
        server.port = there.sockets[0].getsockname()[1]
        ready.set()

    def serve() -> None:
        loop.create_task(listen())
        loop.run_forever()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(60)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
    yield server
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)


@dataclass
class Chat:
    """Somebody's Slack or Teams: keeps what is posted, and answers what a test tells it to."""

    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)  # used up one by one; then 200 ok


@pytest.fixture
def chat(settings) -> Iterator[Chat]:
    there = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            there.heard.append(json.loads(self.rfile.read(int(self.headers.get("content-length", 0)))))
            status, body = there.answers.pop(0) if there.answers else (200, b"ok")
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    there.url = f"http://127.0.0.1:{server.server_port}/services/T0/B0/secret-part"
    settings.WEBHOOK_ORIGINS = [f"http://127.0.0.1:{server.server_port}"]
    forget_places()
    yield there
    server.shutdown()
    server.server_close()
    forget_places()


@pytest.fixture
def house(transactional_db) -> None:
    """What `migrate` leaves, with real commits: for what works in threads or processes of its own. Ask for it first."""
    make_role_groups()
    ensure_policy()


@pytest.fixture
def admin(person) -> User:  # noqa: F811
    return person("Petra", "policy_admin")


@pytest.fixture
def channel(chat, desk, admin) -> Callable[..., Channel]:  # noqa: F811
    """Makes a channel of the desk that hears of everything."""

    def make(shape: str = "slack", **given: Any) -> Channel:
        asked = {"name": "Payables", "kinds": list(OF_DESKS), "shows_amount": False, "url": chat.url, **given}
        return services.make_channel(desk=desk, shape=shape, by=admin, now=timezone.now(), **asked)

    return make


@pytest.fixture
def chosen() -> Callable[..., None]:
    """Lets somebody choose: `chosen(maria, opened="mail")`."""

    def choose(person: User, **hows: str) -> None:  # noqa: F811
        services.choose(person=person, hows=hows)

    return choose


def told() -> int:
    """The courier's turn, in this thread; says how many mails and messages it made."""
    spread()
    made = 0
    while claimed := courier._claim():
        made += len(claimed)
        for together in claimed:
            send(together)
    return made


def forget_places() -> None:
    outside.outside_client.cache_clear()
    outside.outside_places.cache_clear()
