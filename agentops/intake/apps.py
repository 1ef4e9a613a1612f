"""Wiring of the ways in: two chores of the ticker, and which tables only grow."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Mailboxes, schedules and watched folders."""

    name = "agentops.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the ticker its chores, and say what is only ever added and what is never deleted."""
        from agentops.core.rights import register_immutable, register_lasting
        from agentops.intake.keeper import keep_looking
        from agentops.intake.schedules.firing import fire_due
        from runs.ticker import chore

        chore("schedules", every=1.0, work=fire_due)
        chore("ways in", every=5.0, work=keep_looking)
        register_immutable("intake_arrival", "intake_firing", "intake_acknowledgement", "intake_question")
        register_lasting("intake_mail", "intake_mailbox", "intake_watch", "intake_schedule")
