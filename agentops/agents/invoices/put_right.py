"""A reading with a person's values over it, and their lines in place of those that were read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .extraction import PERSON, Amounts, Extraction, Seen, corrected, least_sure
from .facts import InvoiceFacts, LineFacts
from .numbers import account_key
from .reading.model import FIELDS

Places = Mapping[str, Mapping[str, Any]]
LINES = "lines"  # the correction that stands for all lines of the invoice, as JSON


def with_the_rest(read: Extraction, corrections: Mapping[str, str | None], places: Places) -> Extraction:
    """The lines that a person gave and the places they showed; the other corrections are in the reading already."""
    given = corrections.get(LINES)
    if not given and not places:
        return read
    shown = {name: corrections[name] for name in places if name in corrections}
    return put_right(read, shown, lines=json.loads(given) if given else None, places=places)


def put_right(
    read: Extraction,
    corrections: Mapping[str, str | None],
    *,
    lines: Sequence[Mapping[str, Any]] | None = None,
    places: Places | None = None,
) -> Extraction:
    """`places` say where on the page a value was taken from. Raises `ValueError` for what is no such value."""
    seen = read.seen | {
        name: _placed(corrected(name, value), (places or {}).get(name))
        for name, value in corrections.items()
        if name in FIELDS
    }
    values: dict[str, Any] = {name: one.value for name, one in seen.items()}
    values["iban"] = account_key(values.get("iban")) or None
    billed = read.invoice.lines if lines is None else tuple(LineFacts.model_validate(line) for line in lines)
    kind = corrections.get("document_type") or read.invoice.document_type
    invoice = InvoiceFacts(document_type=kind, **values, lines=billed)
    changed: dict[str, Any] = {
        "invoice": invoice,
        "amounts": Amounts(net=invoice.net, tax=invoice.tax, gross=invoice.gross, due=invoice.due),
        "seen": seen,
        "lessons": {name: one for name, one in read.lessons.items() if name not in corrections},
        "confidence": least_sure(seen, read.deciding),
    }
    if lines is not None:
        changed["lines_seen"] = tuple(_by_person(line) for line in billed)
    return read.model_copy(update=changed)


def _placed(seen: Seen, place: Mapping[str, Any] | None) -> Seen:
    if not place or not seen.value:
        return seen
    return seen.model_copy(update={"page": int(place["page"]), "box": tuple(float(edge) for edge in place["box"])})


def _by_person(line: LineFacts) -> dict[str, Seen]:
    values = line.model_dump(mode="json").items()
    return {name: Seen(value=value or None, confidence=1.0, method=PERSON) for name, value in values}
