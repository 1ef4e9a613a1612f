"""What the comparison found, each as one finding with expected, found and a reason code."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ..facts import Finding, InvoiceFacts, OrderFacts, Tolerances
from ..wording import money, percent, price, quantity, share
from .pairing import CENT, LinePair, price_of


def currency_finding(invoice: InvoiceFacts, order: OrderFacts) -> Finding:
    stated = invoice.currency or "not stated"
    return Finding(
        name="currency", field="currency", expected=order.currency, found=stated,
        passed=invoice.currency == order.currency, code="currency_mismatch",
        sentence=f"Currency {stated}, ordered in {order.currency}. Order {order.number} is in {order.currency}.",
    )  # fmt: skip


def line_findings(
    invoice: InvoiceFacts, pairs: Sequence[LinePair], order: OrderFacts, tolerances: Tolerances
) -> list[Finding]:
    if order.lines and not invoice.lines:
        return [_lines_missing(invoice, order)]
    if not order.lines:
        return []
    prices = [p for p in pairs if p.order_price is not None or "price_variance" in p.codes]
    found = [_price_finding(p, tolerances.unit_price_pct) for p in prices]
    found += [_quantity_finding(p) for p in pairs if p.open_quantity is not None and p.quantity is not None]
    return found + [_unmatched(p, order) for p in pairs if "po_line_mismatch" in p.codes]


def _lines_missing(invoice: InvoiceFacts, order: OrderFacts) -> Finding:
    # Without lines only the whole order, to the cent, is surely what was ordered.
    net = invoice.net
    left = money(order.open_amount, order.currency)
    return Finding(
        name="lines", field="lines", expected=f"{len(order.lines)} on the order", found="none",
        passed=net is not None and abs(net - order.open_amount) <= CENT * 2, code="po_line_mismatch",
        sentence=f"No lines on the invoice. Its net must then be all that is open on the order, {left}.",
    )  # fmt: skip


def _price_finding(pair: LinePair, tolerated: Decimal) -> Finding:
    found, expected = price_of(pair), pair.order_price
    fails = "price_variance" in pair.codes
    by = percent(found, expected) if fails and found is not None and expected else ""
    return Finding(
        name=f"line {pair.position} price", field=f"line{pair.position}",
        expected=f"{price(expected)} within {share(tolerated)}", found=f"{price(found)}, {by}" if by else price(found),
        passed=not fails, code="price_variance", sentence=_price_told(pair, found, tolerated, by),
    )  # fmt: skip


def _price_told(pair: LinePair, found: Decimal | None, tolerated: Decimal, by: str) -> str:
    expected = pair.order_price
    beside = f"{pair.description}: {price(found)} on the invoice, {price(expected)} on the order."
    if found is None or not expected or abs(found - expected) * 100 <= abs(expected) * tolerated:
        return f"Line {pair.position} bills more than its order line allows. {beside}"
    sign = ">" if found > expected else "beyond"
    return f"Price variance {by} {sign} {share(tolerated)}, line {pair.position}. {beside}"


def _quantity_finding(pair: LinePair) -> Finding:
    used_up = "over_invoiced" in pair.codes
    billed, left = quantity(pair.quantity), quantity(pair.open_quantity)
    told = f"Quantity {billed} > {left} open, line {pair.position}. {pair.description}: {left} still to be billed."
    if used_up:
        told = f"Line {pair.position} was billed before. {pair.description}: nothing is left of the order line."
    return Finding(
        name=f"line {pair.position} quantity", field=f"line{pair.position}", expected=f"at most {left}", found=billed,
        passed=not used_up and "quantity_variance" not in pair.codes,
        code="over_invoiced" if used_up else "quantity_variance", sentence=told,
    )  # fmt: skip


def _unmatched(pair: LinePair, order: OrderFacts) -> Finding:
    what = f"{pair.description}, {price(pair.amount)}" if pair.amount is not None else pair.description
    return Finding(
        name=f"line {pair.position}", field=f"line{pair.position}", expected="a line of the order", found=what,
        passed=False, code="po_line_mismatch",
        sentence=f"Line {pair.position} is not on the order. {what}: nothing like it on order {order.number}.",
    )  # fmt: skip


def total_findings(
    invoice: InvoiceFacts, pairs: Sequence[LinePair], order: OrderFacts, complete: bool, tolerances: Tolerances
) -> list[Finding]:
    net = invoice.net
    if net is None or invoice.currency != order.currency:
        return []
    left = order.open_amount
    found = [_balance(net, left, order, over=net - left > tolerances.net(left))]
    if left <= 0 and net > 0:
        return found  # nothing is left to compare with
    expected = left if complete else _ordered_value(pairs)
    slack = tolerances.net(expected) + (0 if complete else abs(order.other_charges))
    return [*found, _net(net, expected, slack, order)]


def _balance(net: Decimal, left: Decimal, order: OrderFacts, *, over: bool) -> Finding:
    return Finding(
        name="order balance", field="net_total", expected=f"at most {money(left, order.currency)}",
        found=money(net, order.currency), passed=not over, code="over_invoiced",
        sentence=f"Net {price(net)} > {price(left)} left on the order. Of order {order.number} "
        f"{money(left, order.currency)} is still to be billed.",
    )  # fmt: skip


def _net(net: Decimal, expected: Decimal, slack: Decimal, order: OrderFacts) -> Finding:
    by = price(abs(net - expected).quantize(CENT))
    way, most = "over" if net > expected else "under", price(slack.quantize(CENT))
    return Finding(
        name="net total", field="net_total", expected=f"{price(expected.quantize(CENT))} ± {most}",
        found=money(net, order.currency), passed=abs(net - expected) <= slack, code="total_variance",
        sentence=f"Net {by} {way} the order, {most} tolerated. {money(net, order.currency)} on the invoice, "
        f"by order {order.number} it is {price(expected.quantize(CENT))}.",
    )  # fmt: skip


def _ordered_value(pairs: Sequence[LinePair]) -> Decimal:
    """What the billed quantities cost at the order's prices."""
    values = []
    for pair in pairs:
        if pair.order_price is None or pair.quantity is None or pair.unit_price is None or pair.amount is None:
            values.append(pair.amount or Decimal(0))
        else:
            ratio = pair.order_price / pair.unit_price if pair.unit_price else Decimal(1)
            values.append(pair.amount * ratio)
    return sum(values, Decimal(0))


def receipt_findings(pairs: Sequence[LinePair], order: OrderFacts) -> list[Finding]:
    if not order.receipt_needed:
        return []
    billed = {line.position: line.billed_quantity for line in order.lines}
    found = [
        _received(pair, (pair.received or Decimal(0)) - billed[pair.order_line], order)
        for pair in pairs
        if pair.order_line is not None and pair.quantity is not None
    ]
    if not found:
        told = f"Nothing received can be told. Order {order.number} is paid on receipt, and no line of it was found."
        return [Finding(name="received", field="lines", expected="lines received", found="no lines", passed=False,
                        code="not_received", sentence=told)]  # fmt: skip
    return found


def _received(pair: LinePair, arrived: Decimal, order: OrderFacts) -> Finding:
    billed, came = quantity(pair.quantity), quantity(arrived)
    return Finding(
        name=f"line {pair.position} received", field=f"line{pair.position}", expected=f"{billed} received",
        found=f"{came} received", passed=pair.quantity is None or arrived >= pair.quantity, code="not_received",
        sentence=f"Received {came} < {billed} billed, line {pair.position}. {pair.description}: order {order.number} "
        "is paid on receipt.",
    )  # fmt: skip
