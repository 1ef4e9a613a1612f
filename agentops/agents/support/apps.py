"""Wiring: the support agent registers itself and its tools."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "agentops.agents.support"
    label = "support"
    verbose_name = "Customer support"

    def ready(self) -> None:
        from agentops.core.rights import register_immutable, register_lasting
        from runs.agents import agents

        from .workflow import SupportAgent

        agents.register(SupportAgent())
        register_immutable(*(f"support_{name}" for name in ("message", "triage", "rating")))
        register_lasting(*(f"support_{name}" for name in ("ticket", "customer", "customeraddress", "order")))
