"""Re-pairing: a person says which order line an invoice line bills; an edit of the posting, judged like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runs.agents import Unfit

from . import queries
from .extraction import Extraction
from .facts import InvoiceFacts, OrderFacts
from .matching import LinePair, Match
from .matching import match_invoice as compare
from .policy import tolerances

POSTING = "post_to_accounting"
INPUT = "pair."  # and the position of the invoice line
Pairing = Mapping[int, int | None]


def bills_of(pairs: Sequence[LinePair]) -> list[dict[str, Any]]:
    """What posting these pairs bills of the order."""
    return [
        {
            "order_line": pair.order_line,
            "quantity": None if pair.quantity is None else str(pair.quantity),
            "amount": None if pair.amount is None else str(pair.amount),
        }
        for pair in pairs
        if pair.order_line is not None
    ]


def paired_by(match: Match) -> dict[int, int | None]:
    """Which order line each invoice line bills."""
    return {pair.position: pair.order_line for pair in match.pairs}


def pairing_in(args: Mapping[str, Any] | None) -> dict[int, int | None] | None:
    """What a person said in an edit of the posting; None where nobody did."""
    said = (args or {}).get("pairing")
    return None if said is None else {int(line): order_line for line, order_line in said.items()}


def edits_in(
    form: Mapping[str, str], results: Mapping[str, Any], actions: Sequence[tuple[int, str, Mapping[str, Any]]]
) -> dict[int, dict[str, Any]]:
    """A posted form as an edit of the posting; nothing where the lines are paired as they were.

    Raises `Unfit` for an order line that is not there, and for one that two lines would bill.
    """
    posting = next(((ordinal, args) for ordinal, tool, args in actions if tool == POSTING), None)
    told, read = (results.get("match") or {}).get("match"), results.get("extract")
    if posting is None or not told or not read or not any(name.startswith(INPUT) for name in form):
        return {}
    ordinal, args = posting
    before = pairing_in(args) or paired_by(Match.model_validate(told))
    after = {**before, **_said(form, before)}
    if after == before:
        return {}
    order = queries.order(str(args["order"])) if args.get("order") else None
    if order is None:
        raise Unfit({"": "There is no order whose lines could be paired."})
    _check(after, order)
    match = compare(Extraction.model_validate(read).invoice, order, tolerances(), after)
    pairing = {str(line): order_line for line, order_line in after.items()}
    return {ordinal: {"pairing": pairing, "bills": bills_of(match.pairs), "exceeds": match.over}}


def paired_again(args: Mapping[str, Any] | None, invoice: InvoiceFacts, order: OrderFacts | None) -> Match | None:
    """The comparison as the newest posting of a run has it, where a person paired its lines; else None."""
    pairing = pairing_in(args)
    return compare(invoice, order, tolerances(), pairing) if pairing is not None and order is not None else None


def _said(form: Mapping[str, str], before: Pairing) -> dict[int, int | None]:
    said: dict[int, int | None] = {}
    for name, text in form.items():
        line = name.removeprefix(INPUT)
        if name.startswith(INPUT) and line.isdigit() and int(line) in before:
            said[int(line)] = int(text) if text.strip().isdigit() else None
    return said


def _check(pairing: Pairing, order: OrderFacts) -> None:
    there, taken = {line.position for line in order.lines}, dict[int, int]()
    for line, order_line in pairing.items():
        if order_line is None:
            continue
        if order_line not in there:
            raise Unfit({f"{INPUT}{line}": f"Order {order.number} has no line {order_line}."})
        if order_line in taken:
            told = f"Order line {order_line} is billed by line {taken[order_line]} already. Give that one another."
            raise Unfit({f"{INPUT}{line}": told})
        taken[order_line] = line
