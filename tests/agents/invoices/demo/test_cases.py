"""The inbox as planned: how many of what, adding up, and the same on every build."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

from agentops.agents.invoices.demo.cases import build, plan, read_manifest

LIMIT = Decimal("10000")


def test_there_are_enough_invoices_in_the_shares_of_the_guide(cases):
    shares = Counter(case.share for case in cases)
    assert len(cases) == 80
    assert shares == {"automatic": 64, "escalated": 12, "failed": 4}


def test_every_format_is_there_and_exactly_one_scan_and_one_fax(cases):
    kinds = Counter(case.kind for case in cases)
    assert (kinds["pdf-scan"], kinds["pdf-fax"]) == (1, 1)
    assert {"hybrid-pdf", "pdf-text", "xml-ubl", "xml-cii"} <= {kind for kind, count in kinds.items() if count >= 4}


def test_layouts_languages_currencies_and_countries_vary(demo):
    drawn = [invoice for case, invoice in demo.cases if "pdf" in case.kind]
    everything = [invoice for _, invoice in demo.cases]
    assert len({invoice.vendor.layout for invoice in drawn}) >= 5
    assert len({invoice.vendor.language[:2] for invoice in drawn}) >= 6
    assert {"EUR", "USD", "GBP", "CHF", "JPY", "DKK"} == {invoice.currency for invoice in everything}
    assert len({invoice.vendor.country for invoice in everything}) >= 10


def test_the_same_day_gives_the_same_files(tmp_path):
    day = date(2026, 11, 20)
    build(tmp_path / "first", day)
    build(tmp_path / "again", day)
    for file in sorted((tmp_path / "first").iterdir()):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def test_another_day_gives_other_dates_within_the_last_two_weeks():
    day = date(2027, 3, 1)
    for _, invoice in plan(day).cases:
        assert day - timedelta(days=14) <= invoice.issued < day
        assert invoice.issued < invoice.due


def test_the_manifest_is_what_was_planned(inbox, cases):
    assert read_manifest(inbox) == [case.__class__(**{**case.as_json(), "reasons": case.reasons}) for case in cases]
    assert {case.file for case in cases} | {"manifest.jsonl"} == {file.name for file in inbox.iterdir()}


def test_truths_add_up(cases):
    for case in cases:
        if (truth := case.truth) is None:
            continue
        net, tax, gross = (Decimal(truth[key]) for key in ("net_total", "tax_total", "gross_total"))
        assert net + tax == gross
        assert sum(Decimal(line["line_total"]) for line in truth["lines"]) == net
        for line in truth["lines"]:
            worth = Decimal(line["quantity"]) * Decimal(line["unit_price"])
            assert abs(worth - Decimal(line["line_total"])) < Decimal("0.01")


def test_an_ordinary_invoice_bills_an_open_order_of_its_vendor_within_tolerance(demo):
    orders = {order.number: order for order in demo.world.orders}
    for case, invoice in demo.cases:
        if case.disposition != "auto":
            continue
        order = orders[invoice.order]
        ordered = {item.description: item for item in order.items}
        assert order.vendor == invoice.vendor
        assert order.status == "open"
        assert invoice.issued > order.created
        for item in invoice.items:
            assert item.quantity <= ordered[item.description].quantity
            assert abs(item.unit_price / ordered[item.description].unit_price - 1) <= Decimal("0.02")


def test_an_ordinary_order_is_billed_once_and_not_beyond_a_tolerance_of_one_percent(demo):
    billed: defaultdict[str, Decimal] = defaultdict(Decimal)
    for case, invoice in demo.cases:
        if case.disposition == "auto":
            billed[invoice.order] += invoice.net
    orders = {order.number: order for order in demo.world.orders}
    assert all(total <= orders[number].net * Decimal("1.01") for number, total in billed.items())


def test_an_ordinary_invoice_is_below_the_limit_at_face_value_and_converted(demo):
    for case, invoice in demo.cases:
        if case.disposition == "auto":
            assert invoice.gross < LIMIT
            assert demo.world.in_base(invoice.gross, invoice.currency) < LIMIT


def test_the_large_ones_are_over_their_limits_as_their_stories_say(demo):
    told = {case.case: invoice for case, invoice in demo.cases}
    pounds = told["over_the_limit"]
    assert pounds.gross < LIMIT < demo.world.in_base(pounds.gross, pounds.currency)
    francs = told["two_signatures"]
    assert demo.world.in_base(francs.gross, francs.currency) > Decimal("25000")


def test_the_invoice_of_the_guides_pictures_is_in_the_inbox(cases):
    shown = next(case for case in cases if case.case == "bank_account_changed")
    assert (shown.truth["invoice_number"], shown.truth["gross_total"]) == ("NW-11873", "18240.00")
    assert shown.po_number == "4500018842"


def test_a_copy_comes_after_the_invoice_that_it_copies(cases):
    copy = next(case for case in cases if case.case == "duplicate")
    first = next(case for case in cases if case.truth and case.truth["invoice_number"] == copy.truth["invoice_number"])
    assert first.sequence < copy.sequence
    assert first.truth == copy.truth
