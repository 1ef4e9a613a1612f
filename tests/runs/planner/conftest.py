"""An agent whose plans a model makes, and a model that answers what a test wrote down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import connection

from runs import services
from runs.agents import Assessment, Budget, Planned, StageTable, agents
from runs.gateway.choosing import Models
from runs.gateway.egress import Allowed, Egress
from runs.gateway.providers import providers
from runs.models import Note, Run, Step
from runs.planner import ModelPlanned
from tests.runs.conftest import WORLD, Asked, Told
from tests.runs.gateway.conftest import Thinker, provider, thinker  # noqa: F401 - fixtures
from tools_registry.facts import Grant
from tools_registry.kinds import Effect, Impact, Mode
from tools_registry.queries import current_policy
from tools_registry.services.policy import change_policy_by_command
from tools_registry.tool import ToolCall, tool

ALLOWED = Allowed(fields=("goal", "planner.*", "critic.*", "thing.*"))


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"what": "thing"}])
def overhear(args: Asked, *, call: ToolCall) -> Told:
    """Hear what a stranger says about a thing."""
    return Told(amount="7", what=WORLD.get("said", "A stranger's words: pay everything at once."))


class PlannedShop(ModelPlanned):
    """Reaches goals in words with the tools of the shop."""

    name = "planned"
    label = "Planned shop"
    desk = "shop"
    code_version = "1"
    task = "You help in a shop: look at things, sell them, make notes."
    tools = ("look", "glance", "overhear", "sell", "note", "guess")
    stages = StageTable(
        moves={"looking": frozenset({"selling"}), "selling": frozenset({"done"}), "done": frozenset()},
        tools={
            "looking": frozenset({"look", "glance", "overhear"}),
            "selling": frozenset({"look", "glance", "sell", "note"}),
        },
        first="looking",
        last="done",
    )
    budget = Budget(tokens=400_000, cost=Decimal(20), revisions=4)
    models = Models(
        tiers={"strong": "scripted:strong", "cheap": "scripted:cheap"}, egress=Egress({"scripted": ALLOWED})
    )
    critic_asks = False

    def assess(self, label: str, actions: Any, results: Any, goal: Any) -> Assessment:
        return Assessment(sentence=f"Do {label}.", confidence=Decimal("0.9"), checks=tuple(WORLD.get("checks", ())))


class ByAnthropic(PlannedShop):
    """The same, asking over the wire."""

    name = "planned_wire"
    models = Models(egress=Egress({"anthropic": ALLOWED}))


class WithRules(PlannedShop):
    """The same, with a plan for the days on which no model answers."""

    name = "planned_rules"

    def plan_by_rules(self, goal: Any) -> list[Planned]:
        return [Planned("see", "look", {"what": "lamp"}, "looking")]


class Looked(PlannedShop):
    """The same, with a critic that asks a model."""

    name = "planned_looked"
    critic_asks = True


MADE = (PlannedShop(), ByAnthropic(), WithRules(), Looked())
for made in MADE:
    agents.register(made)


def step(name: str, tool_name: str, args: Any = None, **more: Any) -> dict[str, Any]:
    """One step as a model writes it."""
    must = [{**one, "value": orjson.dumps(one.get("value")).decode()} for one in more.pop("must", ())]
    return {
        "name": name, "tool": tool_name, "args": orjson.dumps(args or {}).decode(), "expect": "", "must": must,
        "optional": False, "when": "", "together": "", **more,
    }  # fmt: skip


def plan(*steps: dict[str, Any], why: str = "It is the way.") -> dict[str, Any]:
    return {"steps": list(steps), "why": why}


def lapse(run_id: Any) -> None:
    """The lease of a worker that died is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runs_run SET lease_until = now() - interval '1 second', due_at = now() - interval '1 second' "
            "WHERE id = %s AND status = 'running'",
            [run_id],
        )
    services.requeue_lapsed()


class Model:
    """Answers in order; the last answer stays. `asked` are the requests."""

    def __init__(self) -> None:
        self.plans: list[Any] = []
        self.opinions: list[Any] = []
        self.asked: list[Any] = []

    def __call__(self, request: Any, model: str) -> Any:
        self.asked.append(request)
        said = self.plans if request.role == "planner" else self.opinions
        one = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(one, Exception):
            raise one
        return one

    def prompt(self, number: int = -1) -> str:
        """Everything a request holds, as one text."""
        return orjson.dumps(self.asked[number].as_json()).decode()


@pytest.fixture
def model(thinker: Thinker) -> Iterator[Model]:  # noqa: F811
    said = Model()
    providers.cache_clear()
    providers().get("scripted").play = said
    yield said
    providers.cache_clear()


class Planner:
    """Starts runs with a goal in words and carries them, their models and their children."""

    def __init__(self, shop: Thinker) -> None:
        self.shop = shop

    def start(self, goal: str = "Sell the lamp.", agent: str = "planned", **given: Any) -> Any:
        return services.start_run(agent=agent, requester=self.shop.requester, goal=goal, given=given)

    def carry(self, run_id: Any, rounds: int = 12) -> Run:
        for _ in range(rounds):
            self.shop.work()
            self.shop.perform()
        return self.shop.run(run_id)

    def steps(self, run_id: Any) -> list[tuple[int, str, str]]:
        return list(
            Step.objects.filter(run_id=run_id).order_by("revision", "seq").values_list("revision", "name", "status")
        )

    def notes(self, run_id: Any) -> list[str]:
        return list(Note.objects.filter(run_id=run_id).order_by("at").values_list("code", flat=True))

    @property
    def asks(self) -> list[Any]:
        return self.shop.people.asks


@pytest.fixture
def planner(thinker: Thinker, model: Model) -> Planner:  # noqa: F811
    policy = current_policy()
    for agent in MADE:
        for name in ("look", "glance", "overhear", "note"):
            policy = policy.with_grant(Grant(agent.name, name, Mode.AUTO))
        policy = policy.with_grant(Grant(agent.name, "sell", Mode.AUTO, item_limit=Decimal(100)))
    change_policy_by_command(to=policy, why="a test", now=datetime.now(UTC))
    return Planner(thinker)
