"""`manage.py demo_status`: a short line whenever something happened; a child of `up --demo`."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

LOOK_EVERY = 2.0


class Command(BaseCommand):
    """Print what is going on until told to stop."""

    help = "Print what is going on."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """A line only if it differs from the last one."""
        from agentops.demo.inbox import status

        last = ""
        while True:
            try:
                line = status()
            except DatabaseError:
                connection.close()
                line = last
            if line != last:
                self.stdout.write(f"agentops: {line}")
                self.stdout.flush()
                last = line
            time.sleep(LOOK_EVERY)
