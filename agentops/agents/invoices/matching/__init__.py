"""Invoice against order, line by line and in total: two-way, and three-way where the order needs a receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ..facts import Fact, Finding, InvoiceFacts, OrderFacts, Tolerances
from .findings import currency_finding, line_findings, receipt_findings, total_findings
from .pairing import CENT, LinePair, is_used_up, judged, line_is_over, paired, same, told

__all__ = ["LinePair", "Match", "match_invoice"]


class Match(Fact):
    """The whole comparison; `over` says that posting would bill more than the order allows, `exact` that it bills all
    that is open, line by line, to the cent."""

    order: str
    pairs: tuple[LinePair, ...] = ()
    findings: tuple[Finding, ...] = ()
    complete: bool = False
    over: bool = False
    exact: bool = False

    @property
    def agrees(self) -> bool:
        """Does it bill all that is open, line by line and within the tolerances?"""
        billed = [pair for pair in self.pairs if pair.amount]
        return self.complete and not self.codes and bool(billed) and all(pair.order_line for pair in billed)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.code for finding in self.findings if not finding.passed))


def match_invoice(
    invoice: InvoiceFacts,
    order: OrderFacts,
    tolerances: Tolerances,
    pairing: Mapping[int, int | None] | None = None,
) -> Match:
    """Compare what is billed with what was ordered, billed before, and received.

    `pairing` is a person's word on which order line each invoice line bills, by position; None: the likeliest.
    """
    beside = paired(invoice.lines, order.lines) if pairing is None else told(invoice.lines, order.lines, pairing)
    pairs = tuple(judged(pair, line, order, tolerances) for pair, line in beside)
    complete = _is_complete(invoice, pairs, order)
    findings = (
        currency_finding(invoice, order),
        *line_findings(invoice, pairs, order, tolerances),
        *total_findings(invoice, pairs, order, complete, tolerances),
        *receipt_findings(pairs, order),
    )
    over = _is_over(invoice, pairs, order, tolerances)
    found = Match(order=order.number, pairs=pairs, findings=findings, complete=complete, over=over)
    return found.model_copy(update={"exact": found.agrees and _is_exact(invoice, pairs, order)})


def _is_exact(invoice: InvoiceFacts, pairs: Sequence[LinePair], order: OrderFacts) -> bool:
    lines = {line.position: line.open_amount for line in order.lines}
    billed = [(pair.amount, lines.get(pair.order_line or 0)) for pair in pairs if pair.amount]
    by_line = all(same(amount, ordered) for amount, ordered in billed)
    return by_line and invoice.net is not None and abs(invoice.net - order.open_amount) <= CENT


def _is_over(invoice: InvoiceFacts, pairs: Sequence[LinePair], order: OrderFacts, tolerances: Tolerances) -> bool:
    """Would posting bill more than the database lets anybody bill without approval?"""
    most = tolerances.order_ceiling(order.net_total) if order.billable is None else order.billable
    if invoice.net is not None and order.billed + invoice.net > most:
        return True
    lines = {line.position: line for line in order.lines}
    return any(line_is_over(pair, lines[pair.order_line], tolerances) for pair in pairs if pair.order_line in lines)


def _is_complete(invoice: InvoiceFacts, pairs: Sequence[LinePair], order: OrderFacts) -> bool:
    """Does the invoice bill all that is still open on the order?"""
    if not order.lines or not invoice.lines:
        return True
    billed = {pair.order_line: pair.quantity for pair in pairs if pair.order_line is not None}
    return all(
        line.position in billed
        and (billed[line.position] is None or _covers(billed[line.position], line.open_quantity))
        for line in order.lines
        if not is_used_up(line) and line.line_total
    )


def _covers(quantity: Decimal | None, open_quantity: Decimal | None) -> bool:
    return quantity is None or open_quantity is None or abs(quantity) >= abs(open_quantity)
