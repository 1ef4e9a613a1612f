"""How fast documents are read, by kind: time and memory through the sandbox, beside the bare library on the same page.

    python bench/documents.py [--folder DIR] [--each N] [--rounds R] [--only KIND ...] [--json]

Without a folder the documents are the demo's own, written on the spot. Each document is read as the product reads it
(helper, fork, walls, answer as JSON) and, straight after, by the library alone in a process with nothing around it:
lxml parses the XML, pypdfium2 gives the page's text, rapidocr reads the page's pixels. Ratios are of medians.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.reading.bare import Bare
from bench.reading.meter import Meter
from bench.reading.report import as_table, summary

KINDS = ("xml-cii", "xml-ubl", "hybrid-pdf", "pdf-text", "pdf-scan")
SUFFIXES = {".xml", ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"}
DAY = date(2026, 11, 20)  # the demo's, so that two runs read the same documents


def main() -> None:
    asked = _arguments()
    documents = list(_in_folder(asked.folder) if asked.folder else _of_the_demo(asked.each, asked.only or KINDS))
    with closing(Meter()) as meter, closing(Bare()) as bare:
        taken = [
            one
            for turn in range(asked.rounds + 1)
            for name, data in documents
            if (one := meter.read(name, data, bare)) and turn and (not asked.only or one.kind in asked.only)
        ]  # the first turn only warms up
        report = summary(taken, meter.processes())
    print(json.dumps(report) if asked.json else as_table(report))


def _of_the_demo(each: int, kinds: Collection[str]) -> Iterator[tuple[str, bytes]]:
    from agentops.agents.invoices.demo import documents
    from agentops.agents.invoices.demo.cases import plan

    invoices = [invoice for case, invoice in plan(DAY).cases if case.case == "ordinary"][:each]
    for kind in [one for one in KINDS if one in kinds]:
        for number, invoice in enumerate(invoices, 1):
            suffix = ".xml" if kind.startswith("xml") else ".pdf"
            yield f"{kind}-{number}{suffix}", documents.write(invoice, kind)


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            yield path.name, path.read_bytes()


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, help="documents of your own, searched through and through")
    parser.add_argument("--each", type=int, default=6, help="documents of each kind where the demo gives them")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is read, after once to warm up")
    parser.add_argument("--only", nargs="*", choices=(*KINDS, "image"), help="kinds to look at")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    return parser.parse_args()


if __name__ == "__main__":
    main()
