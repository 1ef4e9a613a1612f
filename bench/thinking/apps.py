"""Registers the agent that asks."""

from django.apps import AppConfig


class ThinkingConfig(AppConfig):
    """Loaded only under `bench.settings`."""

    name = "bench.thinking"
    label = "bench_thinking"

    def ready(self) -> None:
        from bench.thinking.agent import ThinkingAgent
        from runs.agents import agents

        agents.register(ThinkingAgent())
