"""`manage.py extract FILE... --jsonl`: what the reader makes of documents, one line each; needs no database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from agentops.agents.invoices.reading import FIELDS, Failure, Found, Reading, read_file
from agentops.core.file_names import located, names, shown_name

LINE_FIELDS = ("description", "quantity", "unit_price", "line_total")
AT_ONCE = 4


class Command(BaseCommand):
    help = "Read invoice documents and print what they say. A bad file is a line with an error."
    requires_system_checks = []  # they would ask for a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="`-` reads names from standard input")
        parser.add_argument("--root", metavar="DIR", help="where names start, and what `file` is printed relative to")
        parser.add_argument("--jsonl", action="store_true", help="one JSON object per line")

    def handle(self, *, files: list[str], root: str | None, jsonl: bool, **_: Any) -> None:
        folder = Path(root) if root else None
        show = as_jsonl if jsonl else as_text
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for shown, reading in _in_order(pool, names(files), folder):
                self.stdout.write(show(shown, reading))
                self.stdout.flush()


def _in_order(pool: ThreadPoolExecutor, every: Iterator[str], root: Path | None) -> Iterator[tuple[str, Reading]]:
    """A few at once, answered in the order given, without reading a long list ahead."""
    while batch := list(islice(every, AT_ONCE * 4)):
        yield from zip(
            (shown_name(name, root) for name in batch), pool.map(lambda name: _read(name, root), batch), strict=True
        )


def _read(name: str, root: Path | None) -> Reading:
    try:
        return read_file(located(name, root))
    except Exception as error:  # one file's trouble must not cost the others their line
        return Reading(name=name, error=Failure("unavailable", f"Reading failed: {type(error).__name__}."))


def as_jsonl(shown: str, reading: Reading) -> str:
    return json.dumps(line_of(shown, reading))


def line_of(shown: str, reading: Reading) -> dict[str, Any]:
    """The fixed shape that other programs read."""
    fields = {name: reading.fields.get(name, Found()) for name in FIELDS}
    return {
        "file": shown,
        "kind": reading.kind,
        "truth": {
            **{name: found.value for name, found in fields.items()},
            "lines": [{name: getattr(line, name).value for name in LINE_FIELDS} for line in reading.lines],
        },
        "confidence": {name: found.confidence for name, found in fields.items() if found.value is not None},
        "locations": {
            name: {"page": found.source.page, "bbox": list(found.source.box)}
            for name, found in fields.items()
            if found.source is not None and found.source.box is not None
        },
        "error": None if reading.error is None else {"code": reading.error.code, "message": reading.error.message},
    }


def as_text(shown: str, reading: Reading) -> str:
    """For a person at a terminal."""
    head = f"{shown}: {reading.error.message if reading.error else reading.kind}"
    rows = [f"  {name}: {found.value} ({found.confidence:.2f})" for name, found in reading.fields.items() if found]
    rows += [f"  ! {finding.code}: {finding.sentence}" for finding in reading.findings]
    return "\n".join([head, *rows]).encode("utf-8", "backslashreplace").decode()
