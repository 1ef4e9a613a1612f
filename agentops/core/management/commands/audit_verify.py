"""Check the whole audit trail and name the first entry that does not fit."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agentops.core.audit.verify import Report, verify


class Command(BaseCommand):
    """Exit 0 when every entry fits, 1 when any does not."""

    help = "Check the audit trail: chain, MACs, heads, payloads. Exit 1 with the first bad entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which streams, and how many problems to print."""
        parser.add_argument("streams", nargs="*", metavar="STREAM", help="only these streams, such as run:<id>")
        parser.add_argument("--rows", action="store_true", help="also the steps and calls that entries vouch for")
        parser.add_argument("--all", action="store_true", help="print up to a hundred problems instead of the first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and leave by the exit code."""
        report = verify(options["streams"] or None, rows=options["rows"])
        if report.ok:
            self.stdout.write(_summary(report))
            return
        self.stdout.write(f"first bad entry: {report.first_bad}")
        if options["all"]:
            for problem in report.problems[1:]:
                self.stdout.write(f"also: {problem}")
        self.stdout.write(f"{report.bad} problems; {_summary(report)}")
        sys.exit(1)


def _summary(report: Report) -> str:
    parts = [f"{report.entries} entries in {report.streams} streams checked", f"{report.payloads} payloads"]
    if report.rows:
        parts.append(f"{report.rows} rows that entries vouch for")
    if report.erased:
        parts.append(f"{report.erased} of them erased")
    if report.unbound:
        parts.append(f"{report.unbound} entries whose place only the chain holds")
    return ", ".join(parts) + ("; all fit" if report.ok else "")
