"""`manage.py load_support`: articles, customers and the grants that the support agent begins with."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ... import loading


class Command(BaseCommand):
    """Loads what is named; each file wholly or not at all."""

    help = "Load the support agent's articles and customers, and grant it to propose replies (never to send alone)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Any of the three."""
        parser.add_argument("--articles", type=Path, help="JSON lines: key, language, title, body, asked, updated_on")
        parser.add_argument("--customers", type=Path, help="JSON lines: number, name, addresses, orders")
        parser.add_argument("--grants", action="store_true", help="the verify-only grants")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises `CommandError` with the line that is wrong."""
        now, said = timezone.now(), False
        try:
            if options["articles"]:
                many, said = loading.put_articles(loading.rows_of(options["articles"]), now=now), True
                self.stdout.write(f"{many} articles")
            if options["customers"]:
                many, said = loading.put_customers(loading.rows_of(options["customers"]), now=now), True
                self.stdout.write(f"{many} customers")
        except loading.BadFile as error:
            raise CommandError(str(error)) from error
        if options["grants"]:
            self.stdout.write(str(loading.verify_only(now=now)))
        elif not said:
            raise CommandError("Name what to load: --articles FILE, --customers FILE, --grants.")
