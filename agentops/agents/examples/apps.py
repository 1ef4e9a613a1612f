"""Wiring: the examples register themselves and their tools."""

from django.apps import AppConfig


class ExamplesConfig(AppConfig):
    name = "agentops.agents.examples"
    label = "examples"
    verbose_name = "Examples"

    def ready(self) -> None:
        from runs.agents import agents

        from .onboarding.workflow import Evidence, Onboarding
        from .router.workflow import Router
        from .team.workflow import Analyst, Manager, Proofreader, Writer

        for agent in (Router(), Onboarding(), Evidence(), Manager(), Analyst(), Writer(), Proofreader()):
            agents.register(agent)
