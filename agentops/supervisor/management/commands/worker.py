"""`manage.py worker`: one worker alone, for a service manager or a container."""

from typing import Any

from django.core.management.base import BaseCommand

from agentops.supervisor.refusal import refuse_if_unsafe


class Command(BaseCommand):
    """Carry runs forward until told to stop."""

    help = "Run one worker."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse unsafe settings, then work."""
        refuse_if_unsafe()
        from runs.worker import run_worker

        run_worker()
