"""The invoice agent: its plan in code, its stages, what makes it stop, and what its proposals say."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from agentops.core import blobs
from runs.agents import (
    Agent,
    Assessment,
    Continue,
    Done,
    Found,
    Goal,
    HandForm,
    Headline,
    Judgement,
    NotAdmitted,
    Planned,
    Results,
    ShownWord,
    Stuck,
)
from runs.gateway.choosing import Models
from tools_registry.results import Result

from . import by_hand, panel
from .assessment import assess_posting, assess_staging, why_stuck
from .keying import KEY_IN_FIELDS
from .modelled import may_explain
from .pages.places import PLACES
from .planning import STAGES, is_last_look, planned_for
from .reading import door, page_sizes, read_file, render_page, words_shown
from .reading.refusals import Refused
from .services import close_staging, keep_corrections

log = logging.getLogger(__name__)


class InvoiceAgent(Agent):
    """Reads a supplier invoice, finds vendor and order, compares, posts and schedules the payment."""

    name = "invoices"
    label = "Supplier invoices"
    desk = "accounts-payable"
    about = (
        "Takes in invoices, bills and credit notes of suppliers as documents: reads them, finds vendor and purchase"
        " order, compares, posts them to accounting and schedules the payment."
    )
    code_version = "4"
    tools = (
        "extract_invoice_data",
        "find_vendor",
        "query_purchase_orders",
        "check_duplicate",
        "match_invoice",
        "explain_findings",
        "stage_invoice",
        "post_to_accounting",
        "schedule_payment",
    )
    stages = STAGES
    models = Models()  # asked where the rules read unsurely, and for a summary, where the house lets that leave
    takes_files = True
    key_in_fields = KEY_IN_FIELDS
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

    def page_words(self, document: str) -> Mapping[int, Sequence[ShownWord]]:
        """What its reader sees on each page, by OCR where there is no text."""
        try:
            found = words_shown(blobs.read(document))
        except Refused as refused:
            raise NotAdmitted(refused.code, refused.message) from refused
        return {page: [ShownWord(*one) for one in words] for page, words in found.items()}

    def prepare_demo(self, folder: Path, day: date) -> list[Path]:
        """The demo's vendors, orders, rates and limits, and its inbox."""
        from .demo.load import load_demo

        return load_demo(folder, day)

    def report_demo(self, folder: Path, found: Mapping[str, Found]) -> str:
        """The report beside the guide's figures."""
        from .demo.load import report_demo

        return report_demo(folder, found)

    def plan(self, goal: Goal) -> Sequence[Planned]:
        """The same steps for every invoice; what a person corrected stands in for what was read."""
        return planned_for(goal.instructions, explains=may_explain())

    def hand_form(self, step: Planned, results: Results, goal: Goal) -> HandForm | None:
        """Reading, naming the vendor and naming the order; what is compared is never filled in."""
        return by_hand.form_of(step.name, results)

    def by_hand(
        self, step: Planned, filled: BaseModel, results: Results, goal: Goal, places: Mapping[str, Mapping[str, Any]]
    ) -> Done:
        """What a person read or named."""
        return by_hand.done_by(filled, results, goal, places)

    def refreshed(self, step: Planned, output: Mapping[str, Any]) -> Mapping[str, Any]:
        """The record that a person named, as it is on file now."""
        return by_hand.as_on_file(step.name, output)

    def judge(self, step: Planned, result: Result, results: Results) -> Judgement:
        """Once everything was looked at: is this an invoice of a known vendor with all that a posting needs?"""
        if not is_last_look(step):
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
        """An invoice that was not posted is no longer being worked on; corrections of a posted one are kept."""
        close_staging(run_id=run_id)
        if status == "completed":
            remember(run_id, results)

    def subject(self, run_id: UUID) -> dict[str, Any]:
        """The document, what was read from it, and how it compares; see `panel`."""
        return panel.subject(run_id)

    def panel_edits(
        self, run_id: UUID, actions: Sequence[tuple[int, str, Mapping[str, Any]]], form: Mapping[str, str]
    ) -> Mapping[int, Mapping[str, Any]]:
        """Which order line each invoice line bills, where somebody paired them otherwise."""
        return panel.panel_edits(run_id, actions, form)

    def headlines(self, run_ids: Sequence[UUID]) -> Mapping[UUID, Headline]:
        """Vendor and number of each invoice."""
        return panel.headlines(run_ids)


def remember(run_id: UUID, results: Results) -> None:
    """Keep the corrections of a completed run. It shares the transaction of the last effect, which it never stops."""
    try:
        keep_corrections(run_id=run_id, results=results)
    except Exception:  # its savepoint is gone; the posting stays
        log.exception("corrections_not_kept", extra={"run": str(run_id)})
