"""An agent that asks models, a provider on this machine, and a performer in the test's own thread."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel, Field

from runs.agents import Planned, Ref, agents
from runs.gateway import choosing, doorbell
from runs.gateway.choosing import Models
from runs.gateway.egress import Allowed, Egress
from runs.gateway.messages import Data, Message, Request, Role, Words
from runs.gateway.performing import performer as performing
from runs.gateway.providers import providers
from runs.models import Await, ModelCall, Run
from tests.providers.messages import KEY, Messages
from tests.runs.conftest import WORLD, Asked, Shop, ShopAgent, Told
from tools_registry.breaker import shared_breakers
from tools_registry.facts import Grant
from tools_registry.kinds import Effect, Impact, Mode
from tools_registry.queries import current_policy
from tools_registry.services.policy import change_policy_by_command
from tools_registry.tool import tool


class Guess(BaseModel):
    """What the model is asked for."""

    what: str = Field(max_length=20)
    sure: float = Field(ge=0, le=1)


def question(what: str = "lamp", **more: Any) -> Request:
    part = Data(text=what, field="thing.name")
    return Request(
        role=Role.READER,
        prompt="shop.guess/1",
        system=(Words(text="Say what it is."),),
        messages=(Message(who="user", parts=(Words(text="What is this?"), part)),),
        **{"most_tokens": 200, **more},
    )


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"what": "thing"}])
def guess(args: Asked, *, call: Any) -> Told:
    """Have a model say what it is."""
    said = []
    for number in range(WORLD.get("questions", 1)):
        more = WORLD.get("more", {})
        found = call.ask_model(question(f"{args.what} {number}" if number else args.what, **more), WORLD.get("shape"))
        WORLD.setdefault("found", []).append(found)
        said.append("by rules" if found.by_rules else found.answer.text)
    return Told(amount="10", what=" ".join(said))


class ThinkingAgent(ShopAgent):
    """Guesses with a model and is done."""

    name = "thinker"
    label = "Thinker"
    tools = ("guess",)
    models = Models(
        egress=Egress({"anthropic": Allowed(fields=("thing.*",)), "scripted": Allowed(fields=("thing.*",))})
    )

    def plan(self, goal: Any) -> list[Planned]:
        return [Planned("guess", "guess", {"what": Ref("input.what")}, "looking")]


ThinkingAgent.stages = type(ShopAgent.stages)(
    moves=ShopAgent.stages.moves, tools={"looking": frozenset({"guess"})}, first="looking", last="done"
)


class CachingAgent(ThinkingAgent):
    """The same, and an equal question within the hour needs no new call."""

    name = "remembering"
    models = Models(egress=ThinkingAgent.models.egress, cached_for=timedelta(hours=1))


class SilentAgent(ThinkingAgent):
    """Says nothing about models."""

    name = "silent"
    models = None


class ScriptedAgent(ThinkingAgent):
    """Asks whoever a script plays."""

    name = "scripted"
    models = Models(tiers={"cheap": "scripted:script"}, egress=ThinkingAgent.models.egress)


for made in (ThinkingAgent(), CachingAgent(), SilentAgent(), ScriptedAgent()):
    agents.register(made)


class Thinker(Shop):
    """Starts runs that ask, and performs what is due."""

    def start(self, what: str = "lamp", agent: str = "thinker", **more: Any) -> Any:
        from runs import services

        return services.start_run(agent=agent, requester=self.requester, goal="guess", given={"what": what}, **more)

    def perform(self, rounds: int = 1, most: int = 50) -> None:
        """What a model worker does when it is rung for, until nothing is in flight."""
        for _ in range(rounds):
            asyncio.run(self._perform(most))

    async def _perform(self, most: int) -> None:
        worker = performing.Performer("test", most)
        worker.loop = asyncio.get_running_loop()
        settling = asyncio.create_task(worker._settle())
        if open_before := self.was_open:
            worker.was_open |= open_before
        while await worker._claim_all() == 0.0:
            pass
        while worker.flying:
            await asyncio.sleep(0.005)
        self.was_open = worker.was_open
        settling.cancel()
        await worker.close()

    def tend(self, name: str = "anthropic") -> float | None:
        """What a model worker does for batches when it is rung for."""

        async def look() -> float | None:
            worker = performing.Performer("test", 1)
            worker.loop = asyncio.get_running_loop()
            again = await performing.tend(name, worker._rows, worker.holder)
            await worker.close()
            return again

        return asyncio.run(look())

    was_open: set[str] = set()

    def whole(self, run_id: Any) -> Run:
        """Carry the run to its end, with its model."""
        for _ in range(6):
            self.work()
            self.perform()
        return self.run(run_id)

    def call(self, run_id: Any) -> ModelCall:
        return ModelCall.objects.filter(run_id=run_id).latest("attempt")

    def calls(self, run_id: Any) -> list[ModelCall]:
        return list(ModelCall.objects.filter(run_id=run_id).order_by("seq", "started_at", "attempt"))

    def asked(self, run_id: Any) -> Await:
        return Await.objects.get(run_id=run_id, kind="model")


@pytest.fixture
def thinker(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Thinker:
    policy_ = current_policy()
    for name in ("thinker", "remembering", "silent", "scripted"):
        policy_ = policy_.with_grant(Grant(name, "guess", Mode.AUTO))
    from datetime import UTC, datetime

    change_policy_by_command(to=policy_, why="a test", now=datetime.now(UTC))
    monkeypatch.setattr(doorbell, "ring", lambda: None)
    choosing._models_of.cache_clear()
    shared_breakers.cache_clear()
    return Thinker(shop.requester, shop.people)


@pytest.fixture
def provider(settings: Any) -> Iterator[Messages]:
    """Anthropic, on this machine."""
    with Messages() as server:
        settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_URL = KEY, server.url
        providers.cache_clear()
        yield server
    providers.cache_clear()
