"""`manage.py ticker`: the clock alone: wakes what is due, expires what nobody decided."""

from typing import Any

from django.core.management.base import BaseCommand

from agentops.supervisor.refusal import refuse_if_unsafe


class Command(BaseCommand):
    """Look for what is due until told to stop; a second ticker does no harm."""

    help = "Run the ticker."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse unsafe settings, then tick."""
        refuse_if_unsafe()
        from runs.ticker import run_ticker

        run_ticker()
