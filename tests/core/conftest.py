"""What the core's tests share: people, a clock, and ways round the fences."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import hypothesis
import pytest
from django.db import connection

from agentops.core.audit import trail
from agentops.core.audit.trail import Actor, Event
from agentops.core.models import User

# A busy machine is no failing test.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def setup() -> Actor:
    return Actor.system("setup")


@pytest.fixture
def person(db) -> User:
    return User.objects.create_user("ada@example.org", "Ada Lovelace", "a long enough passphrase")


@pytest.fixture
def service(db) -> User:
    return User.objects.create_user("inbox@example.org", "Inbox", kind="service")


@pytest.fixture
def happened(db) -> Callable[..., int]:
    """Write one event at the end of a stream."""

    def append(stream: str = "user:1", action: str = "user.created", **fields) -> int:
        trail._expected.clear()
        return trail.append(stream, Event(action=action, actor=Actor.system("test"), **fields))

    return append


@contextmanager
def triggers_off(*tables: str) -> Iterator[None]:
    """What the owner of the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def tamper(db) -> Callable[..., None]:
    """Run SQL as an owner who switched the triggers off."""

    def run(sql: str, *params: object) -> None:
        tables = ("audit_entry", "audit_facet", "audit_stream", "audit_payload", "audit_key")
        with triggers_off(*tables), connection.cursor() as cursor:
            cursor.execute(sql, params or None)

    return run


@pytest.fixture
def execute(db) -> Callable[..., list[tuple]]:
    """Run SQL as it is."""

    def run(sql: str, *params: object) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return cursor.fetchall() if cursor.description else []

    return run
