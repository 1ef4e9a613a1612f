"""Wiring of the API: its chore, and nothing of its routes, which are read when an address is first asked for."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The HTTP API; its one table remembers the answers that are given again."""

    name = "agentops.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the ticker forget answers that are kept no longer."""
        from agentops.api.replays import forget_old
        from runs.ticker import chore

        chore("old API answers", every=600.0, work=forget_old)
