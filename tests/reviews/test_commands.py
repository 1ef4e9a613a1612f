"""Desks of a house without the demo are made and granted by command."""

from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from agentops.core.audit.queries import stream_of
from agentops.core.models import User
from agentops.core.permissions import Role
from reviews import queries
from reviews.apps import every_agent_has_a_desk
from reviews.models import Desk, PersonalLimit
from runs.agents import agents

pytestmark = pytest.mark.django_db


@pytest.fixture
def say():
    def say(*words, **options):
        said = StringIO()
        call_command(*words, stdout=said, **options)
        return said.getvalue()

    return say


@pytest.fixture
def person():
    def person(role, email="p@house.example"):
        user = User.objects.create_user(email, "Petra")
        user.groups.set(Group.objects.filter(name=role.value))
        return user

    return person


@pytest.fixture
def agent():
    return next(iter(agents)).name


def test_a_desk_is_made_and_people_are_granted(say, person, agent):
    assert agent in say("create_desk", "ap", name="Accounts payable", agent=[agent], undo_seconds=8)
    reviewer, controller = person(Role.REVIEWER), person(Role.CONTROLLER, "c@house.example")
    assert "up to 5,000.00" in say("grant_desk", "ap", "P@house.example", limit="5000")
    assert "second signatures" in say("grant_desk", "ap", "c@house.example", second=True)
    desk = Desk.objects.get(slug="ap")
    assert desk.undo_seconds == 8
    assert set(queries.people_at(desk)) == {reviewer, controller}
    assert PersonalLimit.objects.get().amount == Decimal(5000)
    assert [event.action for event in stream_of(f"desk:{desk.pk}")] == ["desk.created", "desk.granted", "desk.granted"]


@pytest.mark.parametrize(
    ("words", "options", "told"),
    [
        (("create_desk", "ap"), {"name": "AP", "agent": ["nobody"]}, "No agent is named nobody"),
        (("create_desk", "unassigned"), {"name": "AP"}, "already"),
        (("create_desk", "ap"), {"name": "AP", "undo_seconds": 9999}, "0 to 600"),
        (("create_desk", "ap"), {"name": "AP", "expire_hours": 1}, "expires no earlier"),
        (("create_desk", "ap"), {"name": "AP", "escalates_to": "boss"}, "no desk boss"),
        (("grant_desk", "nowhere", "p@house.example"), {}, "no desk nowhere"),
        (("grant_desk", "unassigned", "q@house.example"), {}, "no active user"),
        (("grant_desk", "unassigned", "p@house.example"), {"second": True}, "only a controller"),
        (("grant_desk", "unassigned", "p@house.example"), {"limit": "lots"}, "no amount"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(say, person, words, options, told):
    person(Role.REVIEWER)
    with pytest.raises(CommandError, match=told):
        say(*words, **options)


def test_somebody_who_could_not_decide_is_not_granted(say, person):
    person(Role.PAYMENT_RELEASER)
    with pytest.raises(CommandError, match="neither reviewer nor controller"):
        say("grant_desk", "unassigned", "p@house.example")


def test_the_check_and_the_ready_page_say_which_agent_has_no_desk(say, client, agent):
    warned = every_agent_has_a_desk(databases=["default"])
    assert {(warning.id, agent in warning.msg) for warning in warned} >= {("reviews.W001", True)}
    assert f"agent {agent} has no desk" in client.get("/readyz").json()["hints"]
    say("create_desk", "ap", name="AP", agent=[agent.name for agent in agents])
    assert every_agent_has_a_desk(databases=["default"]) == []
    assert "hints" not in client.get("/readyz").json()
