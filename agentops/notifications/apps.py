"""Wiring of the notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "agentops.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the ticker its chores, and say what is only ever added and what is never deleted."""
        from agentops.core.rights import register_immutable, register_lasting
        from agentops.notifications.telling.courier import wake
        from agentops.notifications.telling.forgetting import forget
        from runs.ticker import chore

        chore("news", every=1.0, work=wake)
        chore("old news", every=3600.0, work=forget)
        register_immutable("notifications_attempt")
        register_lasting("notifications_channel", "notifications_delivery")
