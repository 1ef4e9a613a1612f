"""Loads the demo's world through the product's own load services and writes its inbox."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.utils import timezone

from agentops.agents.invoices.demo.cases import build, plan, read_manifest
from agentops.agents.invoices.demo.export import write_world
from agentops.agents.invoices.demo.report import Outcome, report
from agentops.agents.invoices.loading import orders, policy, rates, vendors
from runs.agents import Found

COMPARED = (
    *("supplier_name", "supplier_vat_id", "invoice_number", "issue_date", "due_date", "currency", "net_total"),
    *("tax_total", "gross_total", "payable", "order_reference", "iban"),
)

NOT_READ = frozenset({"missing_field", "low_quality"})  # a person has to key it in


def load_demo(folder: Path, day: date) -> list[Path]:
    """Vendors, orders, rates, policy, then the inbox; returns its files in the order in which they arrive."""
    files = write_world(plan(day).world, folder)
    rates.load(str(files["load_rates"]))
    vendors.load(str(files["load_vendors"]))
    orders.load(str(files["load_purchase_orders"]))
    policy.load(str(files["load_policy"]), now=timezone.now())
    inbox = folder / "inbox"
    return [inbox / case.file for case in build(inbox, day)]


def report_demo(folder: Path, found: Mapping[str, Found]) -> str:
    """What became of the inbox, beside the guide's figures; accuracy is fields read right of fields with truth."""
    cases = read_manifest(folder / "inbox")
    outcomes = {case.file: _outcome(found[case.file], case.truth) for case in cases if case.file in found}
    return report(cases, outcomes)


def _outcome(found: Found, truth: dict[str, Any] | None) -> Outcome:
    read = (found.results.get("extract") or {}).get("invoice") or {}
    asked = {name: value for name, value in (truth or {}).items() if name in COMPARED and value is not None}
    right = sum(_same(value, read.get(name)) for name, value in asked.items())
    return Outcome(
        disposition=found.disposition,
        reasons=found.reasons,
        seconds=found.seconds,
        cost=found.cost,
        fields_right=right,
        fields=len(asked),
        stuck=found.stuck and bool(NOT_READ & set(found.reasons)),
    )


def _same(wanted: Any, found: Any) -> bool:
    if found is None:
        return False
    try:
        return Decimal(str(wanted)) == Decimal(str(found))
    except InvalidOperation:
        return "".join(str(wanted).split()).casefold() == "".join(str(found).split()).casefold()
