"""The agents of this process, by name."""

from __future__ import annotations

from collections.abc import Iterator

from runs.agents.plugin import Agent


class UnknownAgent(LookupError):
    """No agent of that name is registered; the message lists those that are."""


class AgentRegistry:
    """The agents of this process, by name. Filled by each agent's `apps.py`."""

    def __init__(self) -> None:
        self._agents: dict[str, Agent] = {}

    def register(self, agent: Agent) -> None:
        self._agents[agent.name] = agent

    def get(self, name: str) -> Agent:
        """Raises `UnknownAgent`."""
        try:
            return self._agents[name]
        except KeyError:
            known = ", ".join(sorted(self._agents)) or "none"
            raise UnknownAgent(f"There is no agent named {name!r}. Registered agents: {known}.") from None

    def __contains__(self, name: str) -> bool:
        return name in self._agents

    def __iter__(self) -> Iterator[Agent]:
        return iter(self._agents.values())

    def taking_files(self) -> list[Agent]:
        """The agents that documents can be given to."""
        return [agent for agent in self if agent.takes_files]

    def taking_mail(self) -> list[Agent]:
        """The agents that a mail can be given to: for its files, or as a message."""
        return [agent for agent in self if agent.takes_files or agent.takes_messages]


agents = AgentRegistry()
