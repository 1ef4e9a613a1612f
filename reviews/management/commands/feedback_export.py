"""`manage.py feedback_export`: decisions, corrections and feedback as JSONL, for training and evaluation."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.queries.training import examples


class Command(BaseCommand):
    """One JSON object a line, to a file or to the terminal."""

    help = "Export what people decided, corrected and said of results as JSONL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", default="", help="from this day or moment on (ISO)")
        parser.add_argument("--agent", default="")
        parser.add_argument("--to", type=Path, help="a file; otherwise the terminal")
        parser.add_argument("--exact", action="store_true", help="secrets, cards and accounts are not masked")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them down."""
        try:
            since = datetime.fromisoformat(options["since"]) if options["since"] else None
        except ValueError as error:
            raise CommandError(f"--since is no day or moment: {error}") from None
        since = since.replace(tzinfo=UTC) if since and not since.tzinfo else since
        rows = examples(since=since, agent=options["agent"], exact=options["exact"])
        lines = (orjson.dumps(row, default=str).decode() for row in rows)
        if options["to"] is None:
            for line in lines:
                self.stdout.write(line)
            return
        with options["to"].open("w") as file:
            count = sum(1 for line in lines if file.write(line + "\n"))
        self.stdout.write(f"{count} examples written to {options['to']}")
