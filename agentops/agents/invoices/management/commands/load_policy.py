"""manage.py load_policy FILE.json"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agentops.agents.invoices.loading import BadFile, policy, rates
from agentops.agents.invoices.policy import business_day
from agentops.core.clock import today


class Command(BaseCommand):
    help = "Set the invoice agent's limits and tolerances; waits for an administrator once people took over the policy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=f"one JSON object: {', '.join(policy.FIELDS)}")

    def handle(self, *, file: str, **options: Any) -> None:
        try:
            self.stdout.write(str(policy.load(file, now=timezone.now())))
        except BadFile as error:
            raise CommandError(f"Nothing was loaded from {file}:\n{error}") from error
        if settings.DEMO or settings.TEST:
            for day in sorted({today(), business_day(None)}):
                if count := rates.load_demo_rates(day):
                    self.stdout.write(f"No exchange rates were known: {count} made-up ones loaded for {day} (demo).")
