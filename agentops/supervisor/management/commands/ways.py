"""`manage.py ways`: the part that looks into mailboxes and watched folders; the ticker starts it when it is needed."""

import os
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agentops.supervisor.refusal import refuse_if_unsafe


class Command(BaseCommand):
    """Look until told to stop, or until there is nothing to look at; a second one does no harm."""

    help = "Look into mailboxes and watched folders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command line."""
        parser.add_argument("--tied", action="store_true", help="stop when the process that started this ends")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse unsafe settings, then look until a signal."""
        if not options["tied"]:  # the ticker that starts it has been through this door
            refuse_if_unsafe()
        from agentops.intake.part import run_ways

        stop, parent = threading.Event(), os.getppid()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        run_ways(stop, alone=lambda: bool(options["tied"]) and os.getppid() != parent)
