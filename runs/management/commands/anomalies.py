"""`manage.py anomalies`: which tools are misused and which agents spend as they never did."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from runs import anomalies


class Command(BaseCommand):
    """Exit code 1 if something is unusual, for a watchman's cron."""

    help = "Show misuse of each tool and money of each agent lately, and what of it is unlike the weeks before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=1, help="what counts as lately")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look and tell."""
        tools, money = anomalies.tools(options["days"]), anomalies.spending(options["days"])
        self.stdout.write("tool                             calls  misused   before")
        for one in tools:
            self.stdout.write(f"{one.name:32.32} {one.count:5} {one.rate:8.1%} {one.before:8.1%}{_marked(one)}")
        self.stdout.write("agent                             runs  money/run     before")
        for one in money:
            now, before = one.rate / 1e6, one.before / 1e6
            self.stdout.write(f"{one.name:32.32} {one.count:5} {now:10.5f} {before:10.5f}{_marked(one)}")
        for agent, reason, count in anomalies.stopped(options["days"]):
            self.stdout.write(f"{agent}: {count} stopped ({reason})")
        if any(one.unusual for one in (*tools, *money)):
            sys.exit(1)


def _marked(one: anomalies.Rate) -> str:
    told = f"  UNUSUAL ({one.deviation:g} deviations)" if one.unusual else ""
    return told + (f"  {one.detail}" if one.detail else "")
