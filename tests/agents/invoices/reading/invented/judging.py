"""Set readings against the truth: what is right, wrong and missed, and what spoke for each value."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any
from unittest.mock import patch

from agentops.agents.invoices.reading.model import AMOUNTS, FIELDS, PageSize, Reading
from agentops.agents.invoices.reading.page import certainty
from agentops.agents.invoices.reading.page.read import read_sheet
from agentops.agents.invoices.reading.page.words import Sheet, Word

from .damage import damaged
from .invoice import invent
from .layout import draw
from .paper import HEIGHT, WIDTH
from .truth import truth_of


@dataclass(frozen=True)
class Verdict:
    """One field of one page."""

    field: str
    value: str | None
    wanted: str | None
    confidence: float
    grounds: Mapping[str, float]

    @property
    def right(self) -> bool:
        return (
            self.value is not None
            and self.wanted is not None
            and key(self.field, self.value) == key(self.field, self.wanted)
        )

    @property
    def wrong(self) -> bool:
        return self.value is not None and not self.right

    @property
    def missed(self) -> bool:
        return self.value is None and self.wanted is not None


def read_words(words: list[Word], pages: int) -> Reading:
    return read_sheet(Sheet.of(words, [PageSize(WIDTH, HEIGHT)] * pages), Reading(kind="pdf-text"))


def judged(reading: Reading, truth: Mapping[str, Any], grounds: Mapping[str, Mapping[str, float]]) -> Iterator[Verdict]:
    for name in FIELDS:
        found = reading[name]
        yield Verdict(name, found.value, truth[name], found.confidence, grounds.get(name, {}))


def verdicts(seeds: range, *, harmed: bool) -> list[Verdict]:
    """Every field of the invented pages, whole or damaged, with what spoke for it."""
    out: list[Verdict] = []
    for seed in seeds:
        invoice = invent(seed)
        paper = draw(invoice, seed)
        words = damaged(paper.words(), seed) if harmed else paper.words()
        seen: dict[str, Mapping[str, float]] = {}
        weigh = certainty.of

        def noted(name: str, grounds: Mapping[str, float], seen: Any = seen, weigh: Any = weigh) -> float:
            seen[name] = grounds
            return float(weigh(name, grounds))

        with patch.object(certainty, "of", noted):
            reading = read_words(words, paper.page)
        out += judged(reading, truth_of(invoice), seen)
    return out


def key(field: str, value: str) -> str:
    if field in AMOUNTS:
        return str(Decimal(value).normalize())
    plain = "".join(char for char in unicodedata.normalize("NFKD", value.casefold()) if not unicodedata.combining(char))
    return re.sub(r"[^0-9a-z]+", "", plain)


def reliability(
    found: list[Verdict], edges: tuple[float, ...] = (0, 0.5, 0.75, 0.85, 0.95, 1.01)
) -> list[tuple[float, float, int, float, float]]:
    """Per range of confidence: how many values, their mean confidence, and the share that was right."""
    rows = []
    for low, high in pairwise(edges):
        inside = [one for one in found if one.value is not None and low <= one.confidence < high]
        if inside:
            mean = sum(one.confidence for one in inside) / len(inside)
            rows.append((low, min(1.0, high), len(inside), mean, sum(one.right for one in inside) / len(inside)))
    return rows
