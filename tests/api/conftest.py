"""Owners, their tokens, and a program that shows one; runs that only lie there."""

import functools
import itertools
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from agentops.core.models import User, UserKind
from agentops.core.permissions import Role
from agentops.core.tokens.models import Scope
from agentops.core.tokens.services import create_token
from runs.models import AgentVersion, Run, RunInput
from tools_registry import limits
from tools_registry.rate import redis_client

_numbers = itertools.count(1)
XML = b'<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'


class Program:
    """What uses the API: a client with a token. A fault of ours is a failed test only where the test says so."""

    def __init__(self, secret: str, owner: User | None = None, token: Any = None) -> None:
        self.owner, self.token, self.secret = owner, token, secret
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client(raise_request_exception=False, enforce_csrf_checks=True, headers=headers)

    def get(self, path: str, query: Any = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=_named(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(f"/api/v1{path}", body or {}, "application/json", headers=_named(headers))

    def send(self, path: str, form: dict[str, Any], **headers: str) -> Any:
        return self.client.post(f"/api/v1{path}", form, headers=_named(headers))

    def method(self, method: str, path: str, **more: Any) -> Any:
        return self.client.generic(method, f"/api/v1{path}", **more)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture(autouse=True)
def nothing_counted_yet(settings):
    """Limits begin anew for each test."""
    client = redis_client()
    for key in client.scan_iter("agentops:limit:*"):
        client.delete(key)
    limits._alone.__init__()


@pytest.fixture(autouse=True)
def one_minute(monkeypatch):
    """The minute in which requests are counted does not turn while a test runs, however busy the machine is."""
    began = time.time() // limits.MINUTE * limits.MINUTE + 1
    stands = functools.partial(limits.take, clock=lambda: began)
    monkeypatch.setattr(limits, "take", stands)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.BLOB_DIR = tmp_path / "blobs"


@pytest.fixture
def person(db) -> Callable[..., User]:
    def make(*roles: Role, active: bool = True) -> User:
        user = User.objects.create_user(f"a{next(_numbers)}@test.example", "Somebody", is_active=active)
        user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
        user.forget_roles()
        return user

    return make


@pytest.fixture
def service(db) -> Callable[[], User]:
    def make() -> User:
        user = User.objects.create_user(f"a{next(_numbers)}@test.example", "Scanner", kind=UserKind.SERVICE)
        user.groups.set(Group.objects.filter(name=Role.SERVICE.value))
        user.forget_roles()
        return user

    return make


@pytest.fixture
def program(person, service) -> Callable[..., Program]:
    """A program that acts for a service user, or for `owner`, with all scopes or with `scopes`."""
    from agentops.core.audit.trail import Actor

    def make(*scopes: str, owner: User | None = None) -> Program:
        owner = owner or service()
        by = owner if owner.is_person else Actor.system("test")
        given = {"name": "test", "scopes": scopes or Scope.values, "days": 30, "now": timezone.now()}
        token, secret = create_token(owner=owner, by=by, **given)
        return Program(secret, owner, token)

    return make


@pytest.fixture
def stranger() -> Program:
    """A program without a token."""
    return Program("")


@pytest.fixture
def lying(db) -> Callable[..., Run]:
    """A run that lies in the database and that nobody carries."""

    def make(requester: User, document: str | None = None, status: str = "queued") -> Run:
        version, _ = AgentVersion.objects.get_or_create(hash="a" * 64, agent="invoices", body={})
        budget = {"budget_steps": 40, "budget_calls": 60, "budget_tokens": 50_000, "budget_cost": 500_000}
        run = Run.objects.create(
            agent="invoices",
            version=version,
            requester=requester,
            stage="received",
            due_at=timezone.now(),
            **budget,
            budget_ms=900_000,
            budget_revisions=3,
        )
        RunInput.objects.create(
            run=run,
            goal="Post the invoice",
            input={"name": "a.pdf"},
            subject="a.pdf",
            document=document,
            salt=b"s" * 32,
        )
        return brought_to(run, status)

    return make


def brought_to(run: Run, status: str) -> Run:
    """Move a queued run along the allowed moves to this status."""
    mine, soon = Run.objects.filter(pk=run.pk), timezone.now()
    idle = {"lease_until": None, "due_at": None}
    if status != "queued":
        mine.update(status="running", epoch=1, lease_until=soon, due_at=soon, lease_holder="test")
    if status == "awaiting":
        mine.update(status=status, awaiting="review", **idle)
    elif status not in ("queued", "running"):
        mine.update(status=status, ended_at=soon, end_code="test", **idle)
    return mine.get()


def key() -> str:
    """A new idempotency key."""
    return uuid.uuid4().hex


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem in an answer, checked to be one."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["code"]) == (status, code), told
    assert told["title"]
    assert told["detail"]
    return told
