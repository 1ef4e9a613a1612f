"""Whether confidence means what it says: measured on documents with known answers, and drawn.

    python bench/calibrate.py --folder DIR [--readings FILE] [--write]

DIR holds documents and a `truth.jsonl` that says what each says; `--readings` takes what `manage.py extract --jsonl
--root DIR` has printed instead of reading them again. Printed are three tables in Markdown: reliability by kind, by
layout and field, and what redrawing confidence would bring on sources that had no part in the fit. `--write` puts them
into docs/extraction.md and draws docs/reliability.svg. XML is left out: its values are copied, not guessed, and say 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.reading.diagram import draw
from bench.reading.judged import Given, judged
from bench.reading.reliability import WAYS, Pair, buckets, held_out, score

READ_FROM_PAGES = ("pdf-text", "pdf-scan", "image", "receipt-image")
DOCS = Path(__file__).resolve().parents[1] / "docs"
DOCUMENT, DIAGRAM = DOCS / "extraction.md", DOCS / "reliability.svg"
BEGIN, END = "<!-- written by bench/calibrate.py -->\n", "<!-- end of what bench/calibrate.py writes -->\n"


def main() -> None:
    asked = _arguments()
    given = [one for one in judged(asked.folder, asked.readings) if one.kind in READ_FROM_PAGES]
    if not given:
        sys.exit(f"No values of pages in {asked.folder}: does its truth.jsonl name the files that were read?")
    tables = "\n".join([*_reliability(given), "", *_groups(given), "", *_redrawn(given)]) + "\n"
    sys.stdout.write(tables)
    if asked.write:
        _write(tables, given)


def _write(tables: str, given: Sequence[Given]) -> None:
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(
            f"{DOCUMENT.name} has no place for the tables: put {BEGIN.strip()} and {END.strip()} where they belong."
        )
    DOCUMENT.write_text(f"{before}{BEGIN}\n{tables}\n{END}{after}", encoding="utf-8")
    kinds = [(kind, _pairs(one for one in given if one.kind == kind)) for kind in READ_FROM_PAGES]
    DIAGRAM.write_text(draw([(kind, buckets(pairs)) for kind, pairs in kinds if pairs]), encoding="utf-8")


def _reliability(given: Sequence[Given]) -> Iterator[str]:
    """Per kind and range of confidence."""
    yield from _head("kind", "said between", "values", "wrong", "said", "right")
    for kind in READ_FROM_PAGES:
        for one in buckets(_pairs(each for each in given if each.kind == kind)):
            said = f"{one.low:.2f} and {one.high:.2f}"
            yield _row(kind, said, one.values, one.wrong, f"{one.said:.3f}", f"{one.right:.3f}")


def _groups(given: Sequence[Given]) -> Iterator[str]:
    """How far confidence is from the truth, in one row per kind, layout and field."""
    yield from _head("values of", "values", "wrong", "wrong at 0.75 and above", "said", "right", "expected error")
    for what in ("kind", "layout", "field"):
        for name in sorted({getattr(one, what) for one in given}):
            yield _group(name, [one for one in given if getattr(one, what) == name])
    yield _group("all", given)


def _group(name: str, given: Sequence[Given]) -> str:
    pairs = _pairs(given)
    found = score(pairs)
    said, right = sum(said for said, _ in pairs) / len(pairs), 1 - found.wrong / len(pairs)
    above = found.wrong_above_gate
    return _row(name, found.values, found.wrong, above, f"{said:.3f}", f"{right:.3f}", f"{found.expected_error:.3f}")


def _redrawn(given: Sequence[Given]) -> Iterator[str]:
    """Confidence as it is, and redrawn: each source by what the others say."""
    yield from _head(
        "confidence redrawn", "expected error", "Brier", "log loss", "wrong at 0.75 and above",
        "wrong at 0.95 and above", "right at 0.75 and above", "sources better, worse",
    )  # fmt: skip
    as_it_is = {
        name: _pairs(one for one in given if one.source == name) for name in sorted({one.source for one in given})
    }
    yield _tried("not at all", as_it_is, as_it_is)
    for name, way in WAYS.items():
        yield _tried(name, held_out(given, way), as_it_is)


def _tried(name: str, by_source: dict[str, list[Pair]], before: dict[str, list[Pair]]) -> str:
    found = score([pair for pairs in by_source.values() for pair in pairs])
    change = [score(pairs).log_loss - score(before[source]).log_loss for source, pairs in by_source.items()]
    return _row(
        name,
        f"{found.expected_error:.3f}",
        f"{found.brier:.4f}",
        f"{found.log_loss:.4f}",
        f"{found.wrong_above_gate} of {found.wrong}",
        f"{found.wrong_and_sure}",
        f"{found.right_above_gate} of {found.values - found.wrong}",
        f"{sum(one < 0 for one in change)}, {sum(one > 0 for one in change)}",
    )


def _pairs(given: Iterable[Given]) -> list[Pair]:
    return [(one.confidence, one.right) for one in given]


def _head(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield _row(*("---" for _ in names))


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, required=True, help="documents with their truth.jsonl")
    parser.add_argument("--readings", type=Path, help="what `manage.py extract --jsonl` has printed of them")
    parser.add_argument("--write", action="store_true", help="put the tables and the diagram into docs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
