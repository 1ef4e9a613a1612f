"""Registers the benchmark's agent."""

from django.apps import AppConfig


class GatedConfig(AppConfig):
    """Loaded only under `bench.settings`."""

    name = "bench.gated"
    label = "bench_gated"

    def ready(self) -> None:
        from bench.gated.agent import GatedAgent
        from runs.agents import agents

        agents.register(GatedAgent())
