"""Kill switches: one person stops, two policy administrators let go on."""

import pytest
from django.db import IntegrityError, transaction

from agentops.core.permissions import Role
from tools_registry import queries, scopes, services
from tools_registry.models import Switch, Tool, ToolVersion
from tools_registry.services.errors import PolicyError
from tools_registry.services.switches import NoSuchSwitch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(monkeypatch):
    """A house with one agent and one tool; another version of the code has one tool more."""
    monkeypatch.setattr(scopes, "_agents", lambda: ["invoices"])
    monkeypatch.setattr(scopes.registry, "tools", {"pay": None})
    version = ToolVersion.objects.create(hash="v", name="post", schema={}, impact="write", effect="once", revision=1)
    Tool.objects.all().delete()
    Tool.objects.create(name="post", current=version)


@pytest.fixture
def olga(person):
    return person("Olga", Role.OPERATOR)


@pytest.mark.parametrize("scope", ["all", "agent:invoices", "tool:pay", "tool:post"])
def test_an_operator_stops_everything_an_agent_or_a_tool(scope, olga, now, told):
    services.throw_switch(scope=scope, by=olga, reason="wrong payments", now=now)
    assert queries.stopped() == {scope}
    assert told() == ["switch.thrown"]


@pytest.mark.parametrize("scope", ["agent:invoice", "tool:play", "tool:", "agent:pay", "everything", ""])
def test_what_does_not_exist_is_not_stopped_and_the_sentence_lists_what_does(scope, olga, now, told):
    with pytest.raises(NoSuchSwitch) as refusal:
        services.throw_switch(scope=scope, by=olga, reason="wrong payments", now=now)
    assert f"{scope!r}" in str(refusal.value)
    assert str(refusal.value).endswith("What can be stopped: all, agent:invoices, tool:pay, tool:post.")
    assert queries.stopped() == frozenset()
    assert told() == []


def test_a_switch_of_what_was_removed_since_can_still_be_released(olga, ines, henrik, now, monkeypatch):
    services.throw_switch(scope="agent:invoices", by=olga, reason="x", now=now)
    monkeypatch.setattr(scopes, "_agents", tuple)
    with pytest.raises(NoSuchSwitch):
        services.throw_switch(scope="agent:invoices", by=olga, reason="x", now=now)
    services.release_switch(scope="agent:invoices", by=ines, now=now)
    assert services.release_switch(scope="agent:invoices", by=henrik, now=now) is True
    assert queries.stopped() == frozenset()


def test_workers_see_a_switch_within_a_second(olga, now, monkeypatch):
    monkeypatch.setattr(queries, "_stopped", (float("-inf"), frozenset()))
    assert queries.stopped_lately() == frozenset()
    services.throw_switch(scope="all", by=olga, reason="x", now=now)
    assert queries.stopped_lately() == frozenset()  # known a moment ago
    at, scopes = queries._stopped
    monkeypatch.setattr(queries, "_stopped", (at - 1.1, scopes))
    assert queries.stopped_lately() == {"all"}


def test_two_policy_administrators_let_it_go_on(olga, ines, henrik, now, told):
    services.throw_switch(scope="all", by=olga, reason="x", now=now)
    assert services.release_switch(scope="all", by=ines, now=now) is False
    assert queries.stopped() == {"all"}
    with pytest.raises(services.MayNotChangePolicy, match="second"):
        services.release_switch(scope="all", by=ines, now=now)
    assert services.release_switch(scope="all", by=henrik, now=now) is True
    assert queries.stopped() == frozenset()
    assert told() == ["switch.thrown", "switch.release_asked", "switch.released"]


def test_stopping_again_takes_back_the_wish_to_let_go(olga, ines, henrik, now):
    services.throw_switch(scope="all", by=olga, reason="x", now=now)
    services.release_switch(scope="all", by=ines, now=now)
    services.throw_switch(scope="all", by=olga, reason="again", now=now)
    assert services.release_switch(scope="all", by=henrik, now=now) is False
    assert Switch.objects.get().reason == "x"


def test_who_may_and_what_is_a_switch(olga, person, now):
    with pytest.raises(services.MayNotChangePolicy):
        services.throw_switch(scope="all", by=person("Rita", Role.REVIEWER), reason="x", now=now)
    with pytest.raises(NoSuchSwitch):
        services.throw_switch(scope="everything", by=olga, reason="x", now=now)
    with pytest.raises(PolicyError, match="why"):
        services.throw_switch(scope="all", by=olga, reason="  ", now=now)
    with pytest.raises(NoSuchSwitch):
        services.release_switch(scope="all", by=olga, now=now)
    services.throw_switch(scope="all", by=olga, reason="x", now=now)
    with pytest.raises(services.MayNotChangePolicy):
        services.release_switch(scope="all", by=olga, now=now)


def test_the_database_refuses_a_switch_for_nothing(olga, now):
    with pytest.raises(IntegrityError, match="switch_scope"), transaction.atomic():
        Switch.objects.create(scope="tool:", stopped_by=olga, reason="x", at=now)
    with pytest.raises(IntegrityError, match="switch_says_why"), transaction.atomic():
        Switch.objects.create(scope="all", stopped_by=olga, reason="", at=now)
