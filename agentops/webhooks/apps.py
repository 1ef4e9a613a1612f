"""Wiring of the webhooks."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "agentops.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the ticker its chores, and say what is only ever added and what is never deleted."""
        from agentops.core.rights import register_immutable, register_lasting
        from agentops.webhooks.courier import wake
        from agentops.webhooks.services.forgetting import forget_old
        from runs.ticker import chore

        chore("webhooks", every=1.0, work=wake)
        chore("old webhooks", every=3600.0, work=forget_old)
        register_immutable("webhooks_attempt", "webhooks_received")
        register_lasting("webhooks_endpoint", "webhooks_source")
