"""What the ticker does for the other rooms: each has registered its chore, and the chores do what they say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agentops.core.permissions import Role
from runs import ticker
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.models import PendingPolicy
from tools_registry.policy import Policy
from tools_registry.services import change_policy_by_command, propose_policy

pytestmark = pytest.mark.django_db


def chore(name):
    return next(item for item in ticker._chores if item.name == name)


def test_every_room_has_given_the_ticker_its_chore():
    names = [item.name for item in ticker._chores]
    assert {
        "policies nobody confirmed",
        "expired reviews",
        "accounts that have cooled",
        "messages that did not come",
    } <= set(names)
    assert len(names) == len(set(names))


def test_a_policy_that_nobody_confirmed_in_time_expires(django_user_model):
    from django.contrib.auth.models import Group

    author = django_user_model.objects.create_user("a@test.example", "A")
    author.groups.set(Group.objects.filter(name=Role.POLICY_ADMIN.value))
    start = Policy().with_grant(Grant("invoices", "schedule_payment", Mode.REVIEW))
    change_policy_by_command(to=start, why="start", now=timezone.now())
    looser = start.with_grant(Grant("invoices", "schedule_payment", Mode.AUTO))
    expire = chore("policies nobody confirmed").work
    propose_policy(to=looser, author=author, why="faster", now=timezone.now() - timedelta(days=60))
    assert expire() == 1
    assert expire() == 0
    assert PendingPolicy.objects.get().status == "expired"
