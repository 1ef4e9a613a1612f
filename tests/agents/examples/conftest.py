"""The example agents with their grants, their models played by the script that comes with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from agentops.agents.examples.granting import EXAMPLES, grant_examples
from agentops.agents.examples.script import answer
from runs.agents import agents
from runs.gateway.providers import providers
from tests.runs.conftest import granted, people, policy_admin, requester, shop, world  # noqa: F401 - fixtures
from tests.runs.gateway.conftest import Thinker, thinker  # noqa: F401 - fixtures
from tests.runs.planner.conftest import Planner
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.queries import current_policy
from tools_registry.services.policy import change_policy_by_command

MADE = [agent() for agent in EXAMPLES]


@pytest.fixture
def installed() -> Iterator[None]:
    """As if `AGENTOPS_AGENTS` named them; taken out again, for other tests count the agents of the house."""
    for agent in MADE:
        agents.register(agent)
    yield
    for agent in MADE:
        agents._agents.pop(agent.name, None)


class Script:
    """Plays the examples' own script; `first` are answers to be given to a prompt before it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.first: dict[str, list[Any]] = {}

    def __call__(self, request: Any, model: str) -> Any:
        self.asked.append(request)
        instead = self.first.get(request.prompt)
        return instead.pop(0) if instead else answer(request, model)


@pytest.fixture
def script(thinker: Thinker, installed: None) -> Iterator[Script]:  # noqa: F811
    said = Script()
    providers.cache_clear()
    providers().get("scripted").play = said
    yield said
    providers.cache_clear()


@pytest.fixture
def office(thinker: Thinker, script: Script) -> Planner:  # noqa: F811
    grant_examples(now=datetime.now(UTC))
    policy = current_policy().with_grant(Grant("onboarding", "note_welcome", Mode.AUTO))
    change_policy_by_command(to=policy, why="a test", now=datetime.now(UTC))
    return Planner(thinker)
