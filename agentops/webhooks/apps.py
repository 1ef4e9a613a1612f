"""Wiring of the webhooks."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "agentops.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the ticker its chore, and say what is only ever added and what is never deleted."""
        from agentops.core.rights import register_immutable, register_lasting
        from agentops.webhooks.courier import wake
        from runs.ticker import chore

        chore("webhooks", every=1.0, work=wake)
        register_immutable("webhooks_attempt", "webhooks_received")
        register_lasting("webhooks_endpoint", "webhooks_source")
