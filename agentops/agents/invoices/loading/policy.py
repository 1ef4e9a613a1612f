"""`load_policy`: one JSON object with limits, tolerances and our own name; becomes grants and rules of the policy.

| field | meaning |
| --- | --- |
| `approval_limit_gross` | above it, face or converted value, people approve (needed) |
| `second_signature_over` | above it two people sign |
| `day_limit_vendor`, `day_limit_order`, `day_limit_agent` | what may be paid alone per day; off where not named |
| `min_confidence` | below it people look; 0 to 1; 0.75 where not named |
| `sampling_rate` | share of automatic postings that is checked blind afterwards; 0 to 1 |
| `unit_price_tolerance_pct`, `quantity_tolerance_pct` | how far a line may be from the order's |
| `net_total_tolerance_pct`, `net_total_tolerance_abs` | how far the net total may be; the larger of the two |
| `match_without_reference` | text that starts with `allowed`, or `review` |
| `our_company` | our name, or a list of names |
| `as_of` | a day to take as today; only in demo or test |
| `base_currency` | must be the house's |
| `credit_notes`, `bank_account` | text that starts with `always review`, or says so: nothing else is possible |
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.policy import Policy
from tools_registry.queries import current_policy
from tools_registry.services import Proposed, change_policy_by_command

from ..policy import AGENT, NUMBERS, SEPARATOR
from .files import BadFile, Mistake, Row, text_of

LIMITS = {
    "second_signature_over": "second_signature_over",
    "day_limit_vendor": "day_limit_counterparty",
    "day_limit_order": "day_limit_order",
    "day_limit_agent": "day_limit_agent",
}
LEAST_CONFIDENCE = Decimal("0.75")
SHARES = ("min_confidence", "sampling_rate")
TEXTS = ("match_without_reference", "credit_notes", "bank_account", "our_company", "as_of", "base_currency")
FIELDS = ("approval_limit_gross", *LIMITS, *SHARES, *NUMBERS, *TEXTS)
READS = (
    *("extract_invoice_data", "find_vendor", "query_purchase_orders", "check_duplicate", "match_invoice"),
    "explain_findings",
)


def load(path: str, *, now: datetime) -> Proposed:
    """Change the policy to what the file says for this agent; raises `BadFile`. Other agents keep their grants."""
    grants, rules = read(path)
    there = current_policy()
    others = [grant for grant in there.all_grants() if grant.agent != AGENT]
    kept = {agent: named for agent, named in there.rules.items() if agent != AGENT}
    return change_policy_by_command(
        to=Policy.of([*others, *grants], {**kept, AGENT: rules}), why="load_policy", now=now
    )


def read(path: str) -> tuple[list[Grant], dict[str, str]]:
    """The grants and rules of a file; raises `BadFile` with every mistake in it."""
    mistakes: list[Mistake] = []
    row = _row(text_of(path), mistakes)
    row.only(*FIELDS)
    grants, rules = _grants(row), _rules(row)
    if mistakes:
        raise BadFile(mistakes)
    return grants, rules


def _row(text: str, mistakes: list[Mistake]) -> Row:
    try:
        values = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadFile([Mistake(getattr(error, "lineno", 0), "", f"This is not JSON ({error}).")]) from error
    if not isinstance(values, dict):
        raise BadFile([Mistake(1, "", "This is not a JSON object with limits and tolerances.")])
    return Row(0, values, mistakes)


def _grants(row: Row) -> list[Grant]:
    limit = row.number("approval_limit_gross", low=Decimal(0))
    limits = {cell: row.number(field, needed=False, low=Decimal(0)) for field, cell in LIMITS.items()}
    shares = {field: row.number(field, needed=False, low=Decimal(0)) for field in SHARES}
    for field, share in shares.items():
        if share is not None and share > 1:
            row.wrong(field, "It is a share: write a number from 0 to 1.")
    confidence, sampling = shares["min_confidence"], shares["sampling_rate"] or Decimal(0)
    confidence = LEAST_CONFIDENCE if confidence is None else confidence
    signed = {"item_limit": limit, "second_signature_over": limits.pop("second_signature_over")}
    return [
        *(Grant(AGENT, tool, Mode.AUTO) for tool in (*READS, "stage_invoice")),
        Grant(AGENT, "post_to_accounting", Mode.AUTO, **signed, min_confidence=confidence, sampling_rate=sampling),
        # Each invoice is posted and paid together: what is done alone in a day is counted once, on the payment.
        Grant(
            AGENT, "schedule_payment", Mode.AUTO, **signed, **limits, min_confidence=confidence, sampling_rate=sampling
        ),
    ]


def _rules(row: Row) -> dict[str, str]:
    numbers = {field: row.number(field, needed=False, low=Decimal(0)) for field in NUMBERS}
    rules = {field: str(number) for field, number in numbers.items() if number is not None}
    without = row.text("match_without_reference", longest=500, needed=False) or "allowed"
    if not without.startswith(("allowed", "review", "always review")):
        row.wrong("match_without_reference", "Write a text that starts with 'allowed' or with 'review'.")
    rules["match_without_reference"] = "allowed" if without.startswith("allowed") else "review"
    for field in ("credit_notes", "bank_account"):
        if "always review" not in (row.text(field, longest=500, needed=False) or "always review"):
            row.wrong(field, "Only 'always review' is possible.")
    if ours := _our_names(row):
        rules["our_company"] = SEPARATOR.join(ours)
    base = row.text("base_currency", needed=False)
    if base is not None and base != settings.BASE_CURRENCY:
        row.wrong("base_currency", f"This house keeps its limits in {settings.BASE_CURRENCY}. Write the limits in it.")
    as_of = row.day("as_of", needed=False)
    if as_of is not None and not (settings.DEMO or settings.TEST):
        row.wrong("as_of", "A day to take as today is for the demo and for tests. Take it out.")
    elif as_of is not None:
        rules["as_of"] = as_of.isoformat()
    return rules


def _our_names(row: Row) -> tuple[str, ...]:
    if isinstance(row.values.get("our_company"), list):
        return row.texts("our_company")
    name = row.text("our_company", needed=False)
    return (name,) if name else ()
