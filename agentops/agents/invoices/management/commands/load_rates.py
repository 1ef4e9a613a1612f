"""manage.py load_rates FILE"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agentops.agents.invoices.loading import BadFile, rates


class Command(BaseCommand):
    help = "Load dated exchange rates from CSV (base,currency,day,rate) or a JSON list of such objects."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="EUR,USD,2026-11-20,1.0812 says that one euro was 1.0812 dollars that day")

    def handle(self, *, file: str, **options: Any) -> None:
        try:
            self.stdout.write(f"{rates.load(file)} exchange rates loaded.")
        except BadFile as error:
            raise CommandError(f"Nothing was loaded from {file}:\n{error}") from error
