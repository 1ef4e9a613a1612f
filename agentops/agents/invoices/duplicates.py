"""Was this invoice here before: the same file, the same number, a number that looks the same, or the same content."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from .facts import Fact
from .numbers import digits_key, near_key, number_key

Kind = Literal["same_file", "rescan", "same_number", "near_number", "same_digits", "same_content", "other_vendor"]
SURE = frozenset({"same_file", "rescan", "same_number"})


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


class Candidate(Fact):
    """What an invoice says of itself; `document` is the SHA-256 of its file."""

    vendor: str | None
    number: str | None
    issue_date: date | None
    currency: str | None
    gross: Decimal | None
    document: str = ""


def find_twins(one: Candidate, earlier: Iterable[Earlier]) -> tuple[Twin, ...]:
    """Every earlier invoice that `one` repeats or may repeat, posted and sure ones first."""
    twins = [_twin(kind, other) for other in earlier if (kind := _kind(one, other)) is not None]
    return tuple(sorted(twins, key=lambda twin: (not twin.posted, not twin.sure)))


def _kind(one: Candidate, other: Earlier) -> Kind | None:
    if one.document and one.document == other.document:
        return "same_file"
    same_total = one.gross is not None and (one.gross, one.currency) == (other.gross, other.currency)
    same_day = one.issue_date is not None and one.issue_date == other.issue_date
    if one.vendor is None or one.vendor != other.vendor:
        # The same number of another vendor is another invoice, unless everything else is the same too.
        return "other_vendor" if same_total and same_day and _same(number_key, one, other) else None
    if _same(number_key, one, other):
        return "rescan" if same_total and one.document and other.document else "same_number"
    if _same(near_key, one, other):
        return "near_number"
    if same_total and _same(digits_key, one, other):
        return "same_digits"
    return "same_content" if same_total and same_day else None


def _same(key: Callable[[str], str], one: Candidate, other: Earlier) -> bool:
    return bool(one.number) and bool(key(one.number or "")) and key(one.number or "") == key(other.number)


def _twin(kind: Kind, other: Earlier) -> Twin:
    state = "was posted already" if other.posted else "is already being worked on"
    told = {
        "same_file": f"Same file as invoice {other.number}. It {state}.",
        "rescan": f"Duplicate of {other.number} in another file. Same vendor, number and total: it is a second scan or "
        f"another form of it, and it {state}.",
        "same_number": f"Duplicate of {other.number}. This invoice of this vendor {state}.",
        "near_number": f"Possible duplicate of {other.number}. It {state}; the two numbers only look different.",
        "same_digits": f"Possible duplicate of {other.number}. It {state}, with the same total and the same digits in "
        "its number.",
        "same_content": f"Possible duplicate of {other.number}. It {state}, with the same date and total.",
        "other_vendor": f"Possible duplicate of {other.number} of {other.vendor}. It {state} under that vendor, with "
        "the same number, date and total.",
    }
    return Twin(
        kind=kind, invoice=other.id, number=other.number, posted=other.posted, run=other.run, sentence=told[kind]
    )
