"""Registers the fault agent."""

from django.apps import AppConfig


class FaultConfig(AppConfig):
    """Loaded only under `bench.settings`."""

    name = "bench.fault_agent"
    label = "bench_fault_agent"

    def ready(self) -> None:
        from bench.fault_agent.agent import FaultAgent
        from runs.agents import agents

        agents.register(FaultAgent())
