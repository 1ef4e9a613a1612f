"""The tool that says in plain words what was found out, for whoever will review it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from runs.awaiting import StepCall
from tools_registry.kinds import Effect, Impact
from tools_registry.results import Empty
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from ..assessment import obstacles_in
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
    """A few sentences, each carried by facts; `left_out` of the model's were not. None of them allows anything."""

    summary: str
    kept: int = 0
    left_out: int = 0


@tool(impact=Impact.READ, effect=Effect.READ,
      examples=[{"extract": {}, "vendor": {}, "order": {}, "duplicates": {}, "match": {}}])  # fmt: skip
def explain_findings(args: FoundOut, *, call: ToolCall) -> Explained | Empty:
    """Say in plain words what is odd about an invoice or missing, from what was found out alone; else nothing."""
    odd = [*_missing(args), *_odd(args)]
    if not odd or not isinstance(call, StepCall):
        return Empty({"summary": ""}, note="nothing to explain")
    told = summarise([*_known(args), *odd][:MOST], call)
    if not told.kept and not told.left_out:
        return Empty({"summary": ""}, note="nobody explained it")
    return Explained(summary=told.text, kept=told.kept, left_out=told.left_out)


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


def _missing(args: FoundOut) -> Iterator[str]:
    """What must be put right by a person before anything can be proposed."""
    for reason in obstacles_in({name: getattr(args, name) for name in FoundOut.model_fields}):
        yield f"Missing before it can go on: {reason.sentence}"


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
