"""Every value read from documents with known answers, and whether it is right."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from agentops.agents.invoices.management.commands.extract import line_of
from agentops.agents.invoices.reading import read_file
from agentops.agents.invoices.reading.model import AMOUNTS, FIELDS

HALF_A_CENT = Decimal("0.005")
_LEGAL_FORM = re.compile(
    r"\b(gmbh|co|kg|ag|ltd|limited|inc|llc|sarl|sas|sa|bv|b v|ohg|gbr|e k|ek|ug|eurl|plc|pvt)\b"
)  # a name is right without it


@dataclass(frozen=True)
class Given:
    """One value that was given; `source` is the folder of documents it is from, `layout` who drew the page."""

    kind: str
    source: str
    layout: str
    field: str
    confidence: float
    right: bool


def judged(folder: Path, readings: Path | None = None) -> Iterator[Given]:
    """Of the documents in `folder`/truth.jsonl, read now or as `manage.py extract --jsonl` has written down."""
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    written = {} if readings is None else _by_file(readings)
    for row in sorted(rows, key=lambda row: str(row["file"])):
        read = written.get(row["file"]) if readings else line_of(row["file"], read_file(folder / row["file"]))
        yield from _of(row, read) if read else ()


def _by_file(readings: Path) -> dict[str, dict[str, Any]]:
    lines = (json.loads(line) for line in readings.read_text(encoding="utf-8").splitlines())
    return {line["file"]: line for line in lines}


def _of(row: Mapping[str, Any], read: Mapping[str, Any]) -> Iterator[Given]:
    for name in FIELDS:
        value, wanted = read["truth"][name], row["truth"].get(name)
        if value is None or (wanted is None and name not in row.get("absent", ())):
            continue  # nothing was given, or nobody knows what is right
        right = wanted is not None and any(_same(name, value, one, row) for one in _names(name, wanted, row))
        yield Given(row["kind"], row["source"], row["layout"], name, read["confidence"][name], right)


def _names(name: str, wanted: str, row: Mapping[str, Any]) -> list[str]:
    trading = (row.get("extra") or {}).get("supplier_trading_name") if name == "supplier_name" else None
    return [wanted, trading] if trading else [wanted]


def _same(name: str, value: str, wanted: str, row: Mapping[str, Any]) -> bool:
    if name not in AMOUNTS:
        return _plain(name, value) == _plain(name, wanted)
    one, other = Decimal(value), Decimal(wanted)
    if row.get("sign_free"):
        one, other = abs(one), abs(other)
    return abs(one - other) < HALF_A_CENT


def _plain(name: str, text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    words = re.sub(r"[^\w]+", " ", "".join(char for char in folded if not unicodedata.combining(char))).strip()
    if name == "supplier_name":
        return " ".join(_LEGAL_FORM.sub(" ", words).split()) or words
    return re.sub(r"[^0-9a-z]+", "", words)
