"""`manage.py demo_report`: what became of the demo's inboxes."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agentops.web.outcomes import found_of
from runs.agents import agents


class Command(BaseCommand):
    """Print each agent's report."""

    help = "What became of the demo's inbox, beside the guide's figures."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises `CommandError` where no demo was prepared."""
        told = False
        for agent in agents:
            folder = Path(settings.DATA_DIR) / "demo_world" / agent.name
            if (folder / "delivered").exists():
                self.stdout.write(agent.report_demo(folder, found_of(agent.name)))
                told = True
        if not told:
            raise CommandError("There is no demo in this data folder: start one with `make run`.")
