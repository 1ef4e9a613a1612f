"""Invoice against order, line by line: properties over many invoices, and the cases of the trade."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentops.agents.invoices.facts import InvoiceFacts, LineFacts, OrderFacts, OrderLineFacts, Tolerances
from agentops.agents.invoices.matching import match_invoice
from agentops.agents.invoices.orders import choose_order

D = Decimal
NOTHING, NET = D(0), D(240)
GOODS = ("Toner black", "Safety goggles", "Copy paper", "Cable drum", "Desk lamp", "Whiteboard markers", "Drill bits")
TOLERANCES = Tolerances()

quantities = st.integers(1, 500).map(D)
prices = st.integers(1, 100_000).map(lambda cents: D(cents) / 100)
ordered = st.lists(st.tuples(quantities, prices), min_size=1, max_size=len(GOODS))


def order_of(lines, *, billed=NOTHING, **changes):
    rows = tuple(
        OrderLineFacts(position=n, description=GOODS[n - 1], quantity=q, unit_price=p, line_total=q * p)
        for n, (q, p) in enumerate(lines, 1)
    )
    net = sum((row.line_total for row in rows), D(0))
    return OrderFacts(
        **{
            "number": "PO-1",
            "vendor": "V-1",
            "currency": "EUR",
            "net_total": net,
            "billed": billed,
            "lines": rows,
            **changes,
        }
    )


def invoice_of(order, *, quantity=lambda line: line.quantity, price=lambda line: line.unit_price, **changes):
    lines = tuple(
        LineFacts(
            description=line.description,
            quantity=quantity(line),
            unit_price=price(line),
            line_total=quantity(line) * price(line),
        )
        for line in order.lines
    )
    net = sum((line.line_total for line in lines), D(0))
    return InvoiceFacts(**{"currency": "EUR", "net_total": net, "lines": lines, **changes})


def codes(invoice, order, tolerances=TOLERANCES):
    return set(match_invoice(invoice, order, tolerances).codes)


@given(ordered)
def test_only_what_bills_every_open_line_to_the_cent_is_exact(lines):
    order = order_of(lines)
    whole = match_invoice(invoice_of(order), order, TOLERANCES)
    assert (whole.agrees, whole.exact) == (True, True)
    dearer = match_invoice(invoice_of(order, price=lambda line: line.unit_price + D("5")), order, TOLERANCES)
    assert not dearer.exact
    nameless = match_invoice(InvoiceFacts(currency="EUR", net_total=order.net_total), order, TOLERANCES)
    assert (nameless.agrees, nameless.exact) == (False, False)


@given(ordered, st.randoms())
def test_an_invoice_of_exactly_what_was_ordered_passes_in_any_order_of_lines(lines, shuffler):
    order = order_of(lines)
    invoice = invoice_of(order)
    mixed = list(invoice.lines)
    shuffler.shuffle(mixed)
    match = match_invoice(invoice.model_copy(update={"lines": tuple(mixed)}), order, TOLERANCES)
    assert match.codes == ()
    assert match.complete
    assert not match.over


@given(ordered, st.data())
def test_more_of_any_line_than_was_ordered_never_passes(lines, data):
    order = order_of(lines)
    at = data.draw(st.integers(1, len(lines)))
    more = data.draw(st.integers(1, 50))
    invoice = invoice_of(order, quantity=lambda line: line.quantity + (more if line.position == at else 0))
    match = match_invoice(invoice, order, TOLERANCES)
    assert match.codes
    assert match.over


@given(ordered, st.data())
def test_a_price_beyond_the_tolerance_never_passes_and_one_within_always_does(lines, data):
    order = order_of(lines)
    off = data.draw(
        st.sampled_from([D("0.981"), D("0.99"), D("1"), D("1.01"), D("1.019"), D("1.021"), D("1.5"), D("0.97")])
    )
    invoice = invoice_of(order, price=lambda line: line.unit_price * off)
    found = codes(invoice, order)
    assert ("price_variance" in found) == (abs(off - 1) > D("0.02"))


@given(ordered)
def test_a_second_invoice_for_the_same_never_passes(lines):
    order = order_of(lines)
    used_up = order.model_copy(
        update={
            "billed": order.net_total,
            "lines": tuple(
                x.model_copy(update={"billed_quantity": x.quantity, "billed_amount": x.line_total}) for x in order.lines
            ),
        }
    )
    assert "over_invoiced" in codes(invoice_of(order), used_up)


@given(ordered, st.data())
def test_two_halves_pass_and_a_third_does_not(lines, data):
    order = order_of([(q * 2, p) for q, p in lines])
    half = invoice_of(order, quantity=lambda line: line.quantity / 2)
    for already in (0, 1, 2):
        billed = order.net_total * already / 2
        rows = tuple(
            x.model_copy(
                update={"billed_quantity": x.quantity * already / 2, "billed_amount": x.line_total * already / 2}
            )
            for x in order.lines
        )
        match = match_invoice(half, order.model_copy(update={"billed": billed, "lines": rows}), TOLERANCES)
        assert bool(match.codes) == (already == 2)
        assert match.over == (already == 2)


@given(ordered, st.integers(0, 10_000_000).map(lambda cents: D(cents) / 100))
def test_nothing_that_exceeds_the_orders_ceiling_passes(lines, net):
    order = order_of(lines)
    match = match_invoice(invoice_of(order, net_total=net), order, TOLERANCES)
    if net > TOLERANCES.order_ceiling(order.net_total):
        assert "over_invoiced" in match.codes
        assert match.over


loose = st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4)
any_line = st.builds(LineFacts, description=st.text(max_size=30), quantity=loose, unit_price=loose, line_total=loose)
any_invoice = st.builds(
    InvoiceFacts,
    currency=st.sampled_from(["EUR", "USD", None]),
    net_total=loose,
    lines=st.lists(any_line, max_size=6).map(tuple),
)


@given(any_invoice, ordered, st.booleans())
def test_any_invoice_can_be_compared(invoice, lines, receipt_needed):
    match = match_invoice(invoice, order_of(lines, receipt_needed=receipt_needed), TOLERANCES)
    assert len(match.pairs) == len(invoice.lines)
    billed = [pair.order_line for pair in match.pairs if pair.order_line is not None]
    assert len(billed) == len(set(billed))


ORDER = order_of([(D(10), D(20)), (D(5), D(8))])


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({}, set()),
        ({"currency": "USD"}, {"currency_mismatch"}),
        ({"net_total": D("243.00")}, {"over_invoiced", "total_variance"}),
        ({"net_total": D("242.40")}, set()),  # 1 % more
        ({"net_total": D("237.00")}, {"total_variance"}),
    ],
)
def test_totals_and_currency(what, expected):
    assert codes(invoice_of(ORDER, **what), ORDER) == expected


def test_a_line_that_nobody_ordered():
    extra = LineFacts(description="Gift voucher", quantity=D(1), unit_price=D(50), line_total=D(50))
    invoice = invoice_of(ORDER)
    invoice = invoice.model_copy(update={"lines": (*invoice.lines, extra)})
    assert codes(invoice, ORDER) == {"po_line_mismatch"}


def test_other_words_for_the_same_goods_match_by_quantity_and_price():
    lines = tuple(
        line.model_copy(update={"description": f"Item {n}"}) for n, line in enumerate(invoice_of(ORDER).lines)
    )
    assert codes(invoice_of(ORDER, lines=lines), ORDER) == set()


def test_without_lines_only_the_whole_order_to_the_cent_passes():
    assert codes(invoice_of(ORDER, lines=()), ORDER) == set()
    assert codes(invoice_of(ORDER, lines=(), net_total=D("240.50")), ORDER) == {"po_line_mismatch"}


def test_a_price_per_hundred_is_the_price_of_a_piece():
    line = OrderLineFacts(
        position=1,
        description="Screws",
        quantity=D(400),
        unit_price=D("32.76"),
        price_base=D(100),
        line_total=D("131.04"),
    )
    order = OrderFacts(number="1", vendor="V", currency="EUR", net_total=D("131.04"), lines=(line,))
    for price in (D("32.76"), D("0.3276")):
        stated = LineFacts(description="Screws", quantity=D(400), unit_price=price, line_total=D("131.04"))
        assert codes(InvoiceFacts(currency="EUR", net_total=D("131.04"), lines=(stated,)), order) == set()


def test_an_order_by_total_only():
    order = OrderFacts(number="1", vendor="V", currency="EUR", net_total=D(500))
    assert codes(InvoiceFacts(currency="EUR", net_total=D(500)), order) == set()
    assert codes(InvoiceFacts(currency="EUR", net_total=D(550)), order) == {"over_invoiced", "total_variance"}


@pytest.mark.parametrize(("received", "expected"), [(10, set()), (9, {"not_received"}), (0, {"not_received"})])
def test_where_a_receipt_is_needed_only_what_arrived_is_paid(received, expected):
    rows = (
        ORDER.lines[0].model_copy(update={"received": D(received)}),
        ORDER.lines[1].model_copy(update={"received": D(5)}),
    )
    order = ORDER.model_copy(update={"receipt_needed": True, "lines": rows})
    assert codes(invoice_of(order), order) == expected


def test_what_arrived_is_counted_once_over_two_invoices():
    first, second = ORDER.lines
    rows = (
        first.model_copy(update={"received": D(5), "billed_quantity": D(5), "billed_amount": D(100)}),
        second.model_copy(update={"received": D(5)}),
    )
    order = ORDER.model_copy(update={"receipt_needed": True, "billed": D(100), "lines": rows})
    half = invoice_of(order, quantity=lambda line: line.open_quantity)
    assert codes(half, order) == {"not_received"}


# --- which order -------------------------------------------------------------------------------------


def choose(reference=None, named=None, open_orders=(), net=NET, currency="EUR", tolerances=TOLERANCES):
    return choose_order(
        reference=reference,
        named=named,
        vendor="V-1",
        currency=currency,
        net=net,
        open_orders=open_orders,
        tolerances=tolerances,
    )


def test_the_order_that_is_named():
    assert choose("PO-1", ORDER).code is None
    assert choose("PO-9").code == "po_not_found"
    assert choose("PO-1", ORDER.model_copy(update={"vendor": "V-2"})).code == "po_vendor_mismatch"
    assert choose("PO-1", ORDER.model_copy(update={"vendor": "V-2"})).order is None
    for status in ("closed", "cancelled"):
        assert choose("PO-1", ORDER.model_copy(update={"status": status})).code == "po_closed"


def test_without_a_reference_the_only_open_order_that_fits():
    other = ORDER.model_copy(update={"number": "PO-2", "net_total": D(500)})
    assert choose("N/A", open_orders=[ORDER, other]).order == ORDER
    assert choose(open_orders=[ORDER, other]).order == ORDER
    twin = ORDER.model_copy(update={"number": "PO-3"})
    assert choose(open_orders=[ORDER, twin]).code == "ambiguous_po"
    assert choose(open_orders=[other]).code == "no_po_reference"
    assert choose(open_orders=[ORDER], currency="USD").code == "no_po_reference"
    used_up = ORDER.model_copy(update={"billed": D(240)})
    assert choose(open_orders=[used_up], net=D("0.50")).code == "no_po_reference"
    assert choose(open_orders=[ORDER], tolerances=Tolerances(without_reference=False)).code == "no_po_reference"
