"""An office with a desk and an agent that takes texts, and a real mail server that starts when a test asks for it."""

from __future__ import annotations

import imaplib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.core.roles import make_role_groups
from agentops.core.services import create_person, create_service
from agentops.intake.models import Mailbox
from reviews.models import Desk
from runs import services
from runs.agents import agents
from tests.intake.letters import NOW
from tests.intake.reading_room import ReadingRoom

LOGIN, PASSWORD = "invoices", 'p\xe4ss w"ord'


@pytest.fixture(scope="session")
def mail_server() -> Iterator[int]:
    """The port of a real IMAP server (pymap, in memory) that lives as long as the tests do."""
    pytest.importorskip("pymap", reason="pymap is not installed: pip install -r requirements-dev.txt")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from pymap.main import main; main()", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-tls", "dict", "--demo-user", LOGIN, "--demo-password", PASSWORD]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_it_answers(server, port)
        yield port
    finally:
        server.kill()
        server.wait()


def _until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.skip("the IMAP server pymap does not start on this machine")
            time.sleep(0.05)


class Post:
    """Somebody else's hands in the mailbox: delivers mails, and looks where they are."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._client = imaplib.IMAP4("127.0.0.1", port, timeout=60)
        self._client.authenticate("PLAIN", lambda _: f"\0{LOGIN}\0{PASSWORD}".encode())

    def deliver(self, mail: EmailMessage | bytes, folder: str = "INBOX") -> bytes:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes(policy=SMTP)
        status, said = self._client.append(folder, "", None, raw)  # type: ignore[arg-type]
        assert status == "OK", said
        return raw

    def count(self, folder: str = "INBOX") -> int:
        self._client.select(folder)
        _, said = self._client.uid("SEARCH", "ALL")
        return len(said[0].split()) if said and said[0] else 0

    def remove(self, folder: str) -> None:
        self._client.select("INBOX")
        self._client.delete(folder)

    def empty(self) -> None:
        self._client.select("INBOX")
        self._client.store("1:*", "+FLAGS", r"(\Deleted)")
        self._client.expunge()
        self._client.close()
        for folder in ("Processed", "Elsewhere"):
            self._client.delete(folder)


@pytest.fixture
def post(mail_server: int) -> Iterator[Post]:
    """The mailbox, emptied."""
    hands = Post(mail_server)
    hands.empty()
    yield hands
    hands._client.logout()


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> ReadingRoom:
    """The agent, registered for the test only."""
    agent = ReadingRoom()
    monkeypatch.setitem(agents._agents, agent.name, agent)
    return agent


@pytest.fixture
def office(db: None, reading: ReadingRoom, settings: Any, tmp_path: Path, monkeypatch: Any) -> Any:
    """Folders of its own, a desk, a service user; nobody works on what is started."""
    settings.BLOB_DIR, settings.SECRETS_DIR = tmp_path / "blobs", tmp_path / "secrets"
    settings.WATCH_ROOT, settings.MAIL_HOSTS = tmp_path / "incoming", ["127.0.0.1", "localhost"]
    settings.SECRETS_DIR.mkdir()
    (settings.SECRETS_DIR / "inbox").write_text(PASSWORD + "\n")
    settings.WATCH_ROOT.mkdir()
    monkeypatch.setattr("runs.bell.ring", lambda: None)
    make_role_groups()
    services._version.cache_clear()
    Desk.objects.create(slug="reading", name="Reading")
    yield tmp_path
    shutil.rmtree(settings.WATCH_ROOT, ignore_errors=True)


@pytest.fixture
def inbox_user(office: Any) -> User:
    return create_service(email="inbox@office.test", name="Inbox", by=Actor.system("test"), now=NOW)


@pytest.fixture
def operator(office: Any) -> User:
    person = create_person(
        email="oskar@office.test", name="Oskar", by=Actor.system("test"), now=NOW, roles=[Role.OPERATOR]
    )
    return User.objects.get(pk=person.pk)


@pytest.fixture
def mailbox(office: Any, inbox_user: User, mail_server: int) -> Mailbox:
    return Mailbox.objects.create(
        name="Invoices",
        host="127.0.0.1",
        port=mail_server,
        tls="none",
        user=LOGIN,
        secret="inbox",
        agent="reading",
        desk="reading",
        requester=inbox_user,
        due_at=timezone.now() - timedelta(minutes=1),
    )


@pytest.fixture
def person(office: Any) -> Any:
    """Makes a person with these roles."""

    def make(*roles: Role) -> User:
        number = User.objects.count()
        made = create_person(
            email=f"p{number}@office.test", name=f"Person {number}", by=Actor.system("test"), now=NOW, roles=roles
        )
        return User.objects.get(pk=made.pk)

    return make
