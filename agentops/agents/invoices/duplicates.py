"""Was this invoice here before: the same file, the same number, a number that looks the same, or the same content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from .facts import Fact
from .numbers import near_key, number_key

Kind = Literal["same_file", "same_number", "near_number", "same_content"]
SURE = frozenset({"same_file", "same_number"})


class Earlier(Fact):
    """An invoice that was staged or posted before."""

    id: str
    vendor: str | None
    number: str
    issue_date: date | None = None
    currency: str | None = None
    gross: Decimal | None = None
    document: str = ""
    posted: bool = False
    run: str | None = None


class Twin(Fact):
    """An earlier invoice that this one may be, and why; a sure one is the same invoice."""

    kind: Kind
    invoice: str
    number: str
    posted: bool
    run: str | None = None
    sentence: str = ""

    @property
    def sure(self) -> bool:
        return self.kind in SURE

    @property
    def code(self) -> str:
        return "duplicate" if self.sure else "possible_duplicate"


def find_twins(
    *,
    vendor: str | None,
    number: str | None,
    issue_date: date | None,
    currency: str | None,
    gross: Decimal | None,
    document: str,
    earlier: Iterable[Earlier],
) -> tuple[Twin, ...]:
    """Every earlier invoice that this one repeats or may repeat, sure ones first."""
    twins = []
    for other in earlier:
        kind = _kind(vendor, number, issue_date, currency, gross, document, other)
        if kind is not None:
            twins.append(_twin(kind, other))
    return tuple(sorted(twins, key=lambda twin: (not twin.posted, not twin.sure)))


def _kind(
    vendor: str | None,
    number: str | None,
    issue_date: date | None,
    currency: str | None,
    gross: Decimal | None,
    document: str,
    other: Earlier,
) -> Kind | None:
    if document and document == other.document:
        return "same_file"
    if vendor is None or vendor != other.vendor:  # the same number of another vendor is another invoice
        return None
    if number and number_key(number) and number_key(number) == number_key(other.number):
        return "same_number"
    if number and near_key(number) and near_key(number) == near_key(other.number):
        return "near_number"
    same_content = gross is not None and (gross, currency, issue_date) == (
        other.gross,
        other.currency,
        other.issue_date,
    )
    return "same_content" if same_content and issue_date is not None else None


def _twin(kind: Kind, other: Earlier) -> Twin:
    state = "was posted already" if other.posted else "is already being worked on"
    told = {
        "same_file": f"Same file as invoice {other.number}. It {state}.",
        "same_number": f"Duplicate of {other.number}. This invoice of this vendor {state}.",
        "near_number": f"Possible duplicate of {other.number}. It {state}; the two numbers only look different.",
        "same_content": f"Possible duplicate of {other.number}. It {state}, with the same date and total.",
    }
    return Twin(
        kind=kind, invoice=other.id, number=other.number, posted=other.posted, run=other.run, sentence=told[kind]
    )
