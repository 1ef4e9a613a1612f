"""`manage.py settings_page`: prints docs/settings.md."""

from typing import Any

from django.core.management.base import BaseCommand

from agentops.env import READINGS
from agentops.supervisor.settings_page import page


class Command(BaseCommand):
    """Print the page of settings."""

    help = "Print docs/settings.md."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """To standard output."""
        self.stdout.write(page(READINGS.values()), ending="")
