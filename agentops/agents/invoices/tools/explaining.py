"""The tool that says in plain words what was found out, for whoever will review it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from runs.awaiting import StepCall
from tools_registry.kinds import Effect, Impact
from tools_registry.results import Empty
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from ..checks import checks_for
from ..duplicates import Twin
from ..extraction import Extraction
from ..matching import Match
from ..modelled import summarise
from ..orders import OrderChoice
from ..vendors import VendorMatch
from ..wording import day, money

MOST = 24  # facts
SURE = 0.75


class FoundOut(ToolInput):
    """What the steps before came to."""

    extract: dict[str, Any]
    vendor: dict[str, Any]
    order: dict[str, Any]
    duplicates: dict[str, Any]
    match: dict[str, Any]


class Explained(ToolOutput):
    """A few sentences, each carried by facts; they decide nothing."""

    summary: str


@tool(impact=Impact.READ, effect=Effect.READ,
      examples=[{"extract": {}, "vendor": {}, "order": {}, "duplicates": {}, "match": {}}])  # fmt: skip
def explain_findings(args: FoundOut, *, call: ToolCall) -> Explained | Empty:
    """Say in plain words what is odd about an invoice, from what was found out alone; nothing where nothing is odd."""
    odd = list(_odd(args))
    if not odd or not isinstance(call, StepCall):
        return Empty({"summary": ""}, note="nothing to explain")
    summary = summarise([*_known(args), *odd][:MOST], call)
    return Explained(summary=summary) if summary else Empty({"summary": ""}, note="nobody explained it")


def _known(args: FoundOut) -> Iterator[str]:
    """What it is about: the master's names, the page's values."""
    read = Extraction.model_validate(args.extract)
    vendor, order = VendorMatch.model_validate(args.vendor["match"]), args.order.get("number")
    invoice = read.invoice
    yield f"Invoice number: {invoice.invoice_number or 'not stated'}, dated {day(invoice.issue_date)}"
    yield f"Total to pay: {money(invoice.due, invoice.currency)}, net {money(invoice.net, invoice.currency)}"
    if vendor.vendor:
        yield f"Vendor on file: {vendor.vendor.name} ({vendor.vendor.key})"
    yield f"Order: {order or 'none found'}"


def _odd(args: FoundOut) -> Iterator[str]:
    """Every check that failed, what the reader noticed, and what it doubts."""
    read = Extraction.model_validate(args.extract)
    told = args.match.get("match")
    checks = checks_for(
        read.invoice,
        VendorMatch.model_validate(args.vendor["match"]),
        OrderChoice.model_validate(args.order["choice"]),
        Match.model_validate(told) if told else None,
        [Twin.model_validate(twin) for twin in args.duplicates.get("twins", ())],
        date.fromisoformat(str(args.match["today"])),
    )
    for check in checks:
        if not check.passed:
            yield check.sentence or f"{check.name}: expected {check.expected}, found {check.found}"
    yield from (noticed.sentence for noticed in read.noticed)
    for name in read.deciding:
        seen = read.seen.get(name)
        if seen and seen.value and seen.confidence < SURE:
            yield f"Read with doubt: {name.replace('_', ' ')} {seen.value}"
