"""manage.py load_purchase_orders FILE.jsonl"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agentops.agents.invoices.loading import BadFile, orders


class Command(BaseCommand):
    help = "Load purchase orders from a file of one JSON object per line; all of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=f"one object per line: {', '.join(orders.FIELDS)}")

    def handle(self, *, file: str, **options: Any) -> None:
        try:
            self.stdout.write(f"{orders.load(file)} purchase orders loaded.")
        except BadFile as error:
            raise CommandError(f"Nothing was loaded from {file}:\n{error}") from error
