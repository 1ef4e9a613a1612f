"""The plan of an invoice in code: five looks, three acts, and the stages they are allowed in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runs.agents import Instruction, Planned, Ref, StageTable

from .put_right import LINES
from .reading.model import FIELDS

CORRECTABLE = frozenset({*FIELDS, "document_type", LINES})
FITS = "lines and totals within tolerance"
TOLD_NEXT = f"{FITS}; what is odd or missing is told in plain words next"
# Back to extracting is the way of a run that was sent back: it looks at everything again.
STAGES = StageTable(
    moves={
        "received": frozenset({"extracting"}),
        "extracting": frozenset({"matching"}),
        "matching": frozenset({"validating", "extracting"}),
        "validating": frozenset({"posting", "extracting"}),
        "posting": frozenset({"complete", "extracting"}),
        "complete": frozenset(),
    },
    tools={
        "extracting": frozenset({"extract_invoice_data"}),
        "matching": frozenset({"find_vendor", "query_purchase_orders"}),
        "validating": frozenset({"check_duplicate", "match_invoice", "explain_findings", "stage_invoice"}),
        "posting": frozenset({"post_to_accounting", "schedule_payment"}),
    },
    first="received",
    last="complete",
)


def planned_for(instructions: Iterable[Instruction], *, explains: bool = False) -> Sequence[Planned]:
    """The same steps for every invoice; the corrections among a person's instructions go to the reader.

    `explains`: with a summary for whoever reviews it.
    """
    told = tuple(instructions)
    looking = _looking(corrections_in(told), places_in(told), TOLD_NEXT if explains else FITS)
    return (*looking, *((EXPLAINING,) if explains else ()), *_acting())


def corrections_in(instructions: Iterable[Instruction]) -> dict[str, str | None]:
    """What people put right of the reading, the last word for each field."""
    return {
        name: None if value in (None, "") else json.dumps(value) if isinstance(value, list) else str(value)
        for instruction in instructions
        for name, value in instruction.fields.items()
        if name in CORRECTABLE
    }


def places_in(instructions: Iterable[Instruction]) -> dict[str, Any]:
    """Where on the page people took these values from, the last word for each field."""
    found: dict[str, Any] = {}
    for instruction in instructions:
        for name in instruction.fields:
            found.pop(name, None)  # a later word without a place
        found |= {name: dict(place) for name, place in instruction.places.items() if name in instruction.fields}
    return {name: place for name, place in found.items() if name in CORRECTABLE}


def is_last_look(step: Planned) -> bool:
    """Is everything looked at once this step is done? The plan says so, which a run keeps whatever is allowed later."""
    return step.name == EXPLAINING.name or (step.name == "match" and step.expect != TOLD_NEXT)


def _looking(corrections: Mapping[str, str | None], places: Mapping[str, Any], comparing: str) -> tuple[Planned, ...]:
    read = "extract.invoice."
    return (
        Planned(
            "extract",
            "extract_invoice_data",
            {
                "document": Ref("input.document"),
                "name": Ref("input.name"),
                "media_type": Ref("input.media_type"),
                "corrections": dict(corrections),
                **({"places": dict(places)} if places else {}),
            },
            stage="extracting",
            expect="the document's values with their places",
        ),
        Planned(
            "vendor",
            "find_vendor",
            {
                "name": Ref(read + "supplier_name"),
                "vat_id": Ref(read + "supplier_vat_id"),
                "account": Ref(read + "iban"),
                "order_reference": Ref(read + "order_reference"),
            },
            stage="matching",
            expect="one vendor on file",
        ),
        Planned(
            "order",
            "query_purchase_orders",
            {
                "reference": Ref(read + "order_reference"),
                "vendor": Ref("vendor.key"),
                "currency": Ref(read + "currency"),
                "net_total": Ref("extract.amounts.net"),
            },
            stage="matching",
            expect="one open order of this vendor",
        ),
        Planned(
            "duplicates",
            "check_duplicate",
            {
                "vendor": Ref("vendor.key"),
                "number": Ref(read + "invoice_number"),
                "issue_date": Ref(read + "issue_date"),
                "currency": Ref(read + "currency"),
                "gross_total": Ref("extract.amounts.gross"),
                "document": Ref("input.document"),
                "credits": Ref("extract.credits"),
            },
            stage="validating",
            expect="no earlier invoice like it",
        ),
        Planned(
            "match",
            "match_invoice",
            {"invoice": Ref("extract.invoice"), "order": Ref("order.number")},
            stage="validating",
            expect=comparing,
        ),
    )


EXPLAINING = Planned(
    "explain",
    "explain_findings",
    {name: Ref(name) for name in ("extract", "vendor", "order", "duplicates", "match")},
    stage="validating",
    expect="what is odd about it or missing in plain words, if anything is",
)


def _acting() -> tuple[Planned, ...]:
    read, amounts = "extract.invoice.", "extract.amounts."
    about: dict[str, Any] = {"run": Ref("extract.run"), "vendor": Ref("vendor.key"), "order": Ref("order.number")}
    return (
        Planned(
            "stage",
            "stage_invoice",
            {
                **about,
                "document": Ref("input.document"),
                "invoice": Ref("extract.invoice"),
                "order_lines": Ref("match.order_lines"),
            },
            stage="validating",
            proposal="staging",
        ),
        Planned(
            "post",
            "post_to_accounting",
            {
                **about,
                "number": Ref(read + "invoice_number"),
                "issue_date": Ref(read + "issue_date"),
                "due_date": Ref(read + "due_date"),
                "currency": Ref(read + "currency"),
                "net_total": Ref(amounts + "net"),
                "tax_total": Ref(amounts + "tax"),
                "gross_total": Ref(amounts + "gross"),
                "payable": Ref(amounts + "due"),
                "bills": Ref("match.bills"),
                "exceeds": Ref("match.exceeds"),
                "seen": {
                    "invoice": Ref("duplicates.invoice"),
                    "order": Ref("order.seen"),
                    "posted": Ref("duplicates.posted"),
                    "books_open": Ref("match.books_open"),
                },
            },
            stage="posting",
            proposal="posting",
        ),
        Planned(
            "pay",
            "schedule_payment",
            {
                **about,
                "invoice_number": Ref(read + "invoice_number"),
                "amount": Ref(amounts + "due"),
                "currency": Ref(read + "currency"),
                "account": Ref("vendor.account"),
                "execute_on": Ref("match.execute_on"),
                "seen": {
                    "invoice": Ref("duplicates.invoice"),
                    "account": Ref("vendor.account"),
                    "vendor_active": Ref("vendor.active"),
                    "payments": Ref("duplicates.payments"),
                },
            },
            stage="posting",
            proposal="posting",
        ),
    )
