"""manage.py load_vendors FILE.jsonl"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agentops.agents.invoices.loading import BadFile, vendors


class Command(BaseCommand):
    help = "Load the vendor master from a file of one JSON object per line; all of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=f"one object per line: {', '.join(vendors.FIELDS)}")

    def handle(self, *, file: str, **options: Any) -> None:
        try:
            count, waits = vendors.load(file)
        except BadFile as error:
            raise CommandError(f"Nothing was loaded from {file}:\n{error}") from error
        if waits is None:
            self.stdout.write(f"{count} vendors loaded.")
        else:
            self.stdout.write(f"{count} vendors wait for a vendor manager to confirm them (change {waits.pk}).")
