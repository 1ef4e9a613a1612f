"""A receiver on a real socket, an endpoint that points there, and people who may change webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from agentops.core.ids import uuid7
from agentops.core.models import User, UserKind
from agentops.core.roles import make_role_groups
from agentops.webhooks import services
from agentops.webhooks.models import Endpoint
from tests.webhooks.receiver import Receiver, listening
from tools_registry.services.seeding import ensure_policy


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    with listening(settings) as there:
        yield there


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
