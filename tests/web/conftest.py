"""People of every role and a browser for each, for the tests of pages."""

import itertools
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from agentops.core.models import User, UserKind
from agentops.core.permissions import Role

PASSWORD = "a long enough password"
_numbers = itertools.count(1)


@pytest.fixture
def person(db) -> Callable[..., User]:
    """Makes a person with these roles."""

    def make(*roles: Role, name: str = "") -> User:
        number = next(_numbers)
        user = User.objects.create_user(f"p{number}@test.example", name or f"Person {number}", PASSWORD)
        user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
        user.forget_roles()
        return user

    return make


@pytest.fixture
def service_user(db) -> User:
    """A service user, who opens no page."""
    return User.objects.create_user(f"s{next(_numbers)}@test.example", "Inbox", kind=UserKind.SERVICE)


@pytest.fixture
def browse(person) -> Callable[..., Client]:
    """A browser of somebody who is signed in: with these roles, or as this person."""

    def sign_in(*roles: Role, as_: User | None = None, htmx: bool = False) -> Client:
        client = Client(headers={"HX-Request": "true"} if htmx else None)
        client.person = as_ or person(*roles)
        client.force_login(client.person, backend="agentops.core.backends.PersonBackend")
        return client

    return sign_in


@pytest.fixture
def start_run(person):
    """Puts a run into the database that waits for nothing in particular: for pages that only read."""
    from runs.models import AgentVersion, Run, RunInput

    def make(requester: User | None = None, document: str | None = None, **fields: object) -> Run:
        version, _ = AgentVersion.objects.get_or_create(hash="a" * 64, agent="invoices", body={})
        budget = {"budget_steps": 40, "budget_calls": 60, "budget_tokens": 50_000, "budget_cost": 500_000}
        run = Run.objects.create(
            requester=requester or person(),
            stage="received",
            due_at="2026-11-20T10:00Z",
            **budget,
            budget_ms=900_000,
            budget_revisions=3,
            **{"agent": "invoices", "version": version, **fields},
        )
        RunInput.objects.create(
            run=run,
            goal="Post the invoice",
            input={},
            subject="Nordwind \u202eNW-1",
            document=document,
            salt=b"s" * 32,
        )
        return Run.objects.get(pk=run.pk)

    return make
