"""Wires the supervisor's commands and the checks of unsafe settings."""

from django.apps import AppConfig


class SupervisorConfig(AppConfig):
    """Commands and checks; it has no tables."""

    name = "agentops.supervisor"
    label = "supervisor"

    def ready(self) -> None:
        """Register the checks."""
        from agentops.supervisor import checks  # noqa: F401
