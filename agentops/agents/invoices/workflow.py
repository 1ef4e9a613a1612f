"""The invoice agent: its plan in code, its stages, what makes it stop, and what its proposals say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from agentops.core import blobs
from runs.agents import (
    Agent,
    Assessment,
    Continue,
    Found,
    Goal,
    Headline,
    Judgement,
    NotAdmitted,
    Planned,
    Ref,
    Results,
    StageTable,
    Stuck,
)
from tools_registry.results import Result

from . import panel
from .assessment import assess_posting, assess_staging, why_stuck
from .pages.places import PLACES
from .reading import door, page_sizes, read_file, render_page
from .reading.model import FIELDS
from .reading.refusals import Refused
from .services import close_staging

CORRECTABLE = frozenset({*FIELDS, "document_type"})
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
        "validating": frozenset({"check_duplicate", "match_invoice", "stage_invoice"}),
        "posting": frozenset({"post_to_accounting", "schedule_payment"}),
    },
    first="received",
    last="complete",
)


class InvoiceAgent(Agent):
    """Reads a supplier invoice, finds vendor and order, compares, posts and schedules the payment."""

    name = "invoices"
    label = "Supplier invoices"
    desk = "accounts-payable"
    code_version = "1"
    tools = (
        "extract_invoice_data",
        "find_vendor",
        "query_purchase_orders",
        "check_duplicate",
        "match_invoice",
        "stage_invoice",
        "post_to_accounting",
        "schedule_payment",
    )
    stages = STAGES
    takes_files = True
    pages = "agentops.agents.invoices.pages.urls"
    places = PLACES

    def admit(self, data: bytes, name: str) -> str:
        """What the file is, if its bytes are something that can be read; the reading itself comes as a step."""
        try:
            kind = door.media_type(data, name)
            if kind == door.XML:
                if error := read_file(data, name).error:
                    raise NotAdmitted(error.code, error.message)
            else:
                page_sizes(data)
        except Refused as refused:
            raise NotAdmitted(refused.code, refused.message) from refused
        return kind

    def page_image(self, document: str, page: int) -> bytes:
        """A page as people see it."""
        try:
            return render_page(blobs.read(document), page)
        except Refused as refused:
            raise NotAdmitted(refused.code, refused.message) from refused

    def prepare_demo(self, folder: Path, day: date) -> list[Path]:
        """The demo's vendors, orders, rates and limits, and its inbox."""
        from .demo.load import load_demo

        return load_demo(folder, day)

    def report_demo(self, folder: Path, found: Mapping[str, Found]) -> str:
        """The report beside the guide's figures."""
        from .demo.load import report_demo

        return report_demo(folder, found)

    def plan(self, goal: Goal) -> Sequence[Planned]:
        """The same eight steps for every invoice; what a person corrected stands in for what was read."""
        corrections = {
            name: None if value in (None, "") else str(value)
            for instruction in goal.instructions
            for name, value in instruction.fields.items()
            if name in CORRECTABLE
        }
        return (*_looking(corrections), *_acting())

    def judge(self, step: Planned, result: Result, results: Results) -> Judgement:
        """Once everything was looked at: is this an invoice of a known vendor with all that a posting needs?"""
        if step.name != "match":
            return Continue()
        reasons = why_stuck(results)
        return Stuck(reasons[0], reasons[1:]) if reasons else Continue()

    def assess(
        self, label: str, actions: Sequence[tuple[Planned, Mapping[str, Any]]], results: Results, goal: Goal
    ) -> Assessment:
        """The checks, marks and sentence of a proposal."""
        args = {planned.tool: given for planned, given in actions}
        if label == "staging":
            return assess_staging(args["stage_invoice"], results)
        return assess_posting(args.get("post_to_accounting"), args.get("schedule_payment"), results, goal)

    def on_end(self, run_id: UUID, status: str, results: Results) -> None:
        """An invoice that was not posted is no longer being worked on."""
        close_staging(run_id=run_id)

    def subject(self, run_id: UUID) -> dict[str, Any]:
        """The document, what was read from it, and how it compares; see `panel`."""
        return panel.subject(run_id)

    def headlines(self, run_ids: Sequence[UUID]) -> Mapping[UUID, Headline]:
        """Vendor and number of each invoice."""
        return panel.headlines(run_ids)


def _looking(corrections: Mapping[str, str | None]) -> tuple[Planned, ...]:
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
            },
            stage="validating",
            expect="no earlier invoice like it",
        ),
        Planned(
            "match",
            "match_invoice",
            {"invoice": Ref("extract.invoice"), "order": Ref("order.number")},
            stage="validating",
            expect="lines and totals within tolerance",
        ),
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
            },
            stage="posting",
            proposal="posting",
        ),
    )
