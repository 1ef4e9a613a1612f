"""The corpora, and how much of them is tried: a sample in the suite, all of it by `bench/puppet.py`."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

Record = dict[str, str]
PART = os.environ.get("PUPPET_PART", "")  # "2/4": the second quarter of everything; empty: a sample
REPORT = os.environ.get("PUPPET_REPORT", "")


def records(shared: Path, name: str, *, sample: int) -> list[Record]:
    """Of one corpus; the same ones each time."""
    found = [json.loads(line) for line in (shared / "data/injections" / name).read_text().splitlines()]
    if PART:
        part, of = map(int, PART.split("/"))
        return found[part - 1 :: of]
    return found[:: max(1, len(found) // sample)]


def readable(text: str) -> str:
    """As much of a record as a message may hold."""
    return text.replace("\0", "")[:12_000]


def report(name: str, **numbers: Counter[str] | int) -> None:
    """Keep the numbers where the bench finds them."""
    told = {key: dict(one) if isinstance(one, Counter) else one for key, one in numbers.items()}
    print(name, {key: one if isinstance(one, int) else sum(one.values()) for key, one in told.items()})
    if REPORT:
        with Path(REPORT).open("a") as file:
            file.write(json.dumps({"name": name, **told}) + "\n")
