"""Master data by command: all or nothing, and each mistake named by line, field and what to do."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from agentops.agents.invoices import queries, services
from agentops.agents.invoices.models import OrderLine, PurchaseOrder, Receipt, Vendor, VendorAccount, VendorChange
from agentops.core.models import ExchangeRate
from agentops.core.permissions import Role

from .conftest import NOW, ON_FILE
from .people import confirm_a_policy, person

pytestmark = pytest.mark.django_db
D = Decimal
VENDOR = {
    "vendor_id": "V-1",
    "name": "Falkenrath",
    "vat_id": "DE811223344",
    "iban": ON_FILE,
    "other_ibans": [],
    "currency": "EUR",
}
LINE = {"line": 1, "description": "Toner", "quantity": "10", "unit_price": "10.00", "line_total": "100.00"}
ORDER = {
    "po_number": "PO-1", "vendor_id": "V-1", "currency": "EUR", "status": "open", "created": "2026-10-01",
    "lines": [LINE], "other_charges": "0.00", "net_total": "100.00", "already_invoiced": "0.00",
}  # fmt: skip
POLICY = {"approval_limit_gross": "10000.00", "our_company": "Nordlicht Handels GmbH", "as_of": "2026-11-20"}


# --- vendors -----------------------------------------------------------------------------------------


def test_vendors_are_loaded_with_their_accounts(load):
    said = load(
        "load_vendors", {**VENDOR, "other_ibans": ["de89 3704 0044 0532 0130 00"], "aliases": ["Falke"], "set": "real"}
    )
    assert "1 vendors loaded" in said
    facts = queries.vendor("V-1")
    assert (facts.account, facts.aliases) == (ON_FILE, ("Falke",))
    assert facts.has("DE89370400440532013000")


def test_an_account_that_is_no_longer_named_is_no_longer_on_file(load):
    load("load_vendors", {**VENDOR, "other_ibans": ["DE89370400440532013000"]})
    load("load_vendors", {**VENDOR, "iban": "DE89370400440532013000"})
    facts = queries.vendor("V-1")
    assert facts.account == "DE89370400440532013000"
    assert not facts.has(ON_FILE)
    assert VendorAccount.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{nonsense", "line 1: This is not JSON"),
        ("[1]", "line 1: This is not a JSON object"),
        ({**VENDOR, "name": None}, "line 1, name: It is missing. Write a text."),
        ({**VENDOR, "vendor_id": "x" * 41}, "line 1, vendor_id: This is not a text of at most 40"),
        ({**VENDOR, "currency": "EURO"}, "line 1, currency: 'EURO' is not a currency"),
        ({**VENDOR, "other_ibans": "DE1"}, "line 1, other_ibans: Write a list"),
        ({**VENDOR, "iban": "Ü1"}, "line 1, iban: 'Ü1' is not an account"),
        ({**VENDOR, "active": "yes"}, "line 1, active: Write true or false."),
        ({**VENDOR, "ibam": "DE1"}, "line 1, ibam: There is no such field. Known are vendor_id"),
        ({**VENDOR, "name": "a\u202eb"}, "line 1, name: This is not a text of at most 200 printable"),
    ],
)  # fmt: skip
def test_a_bad_line_of_vendors_is_named(load, row, told):
    with pytest.raises(CommandError) as error:
        load("load_vendors", row)
    assert told in str(error.value)


def test_all_mistakes_are_told_and_nothing_is_loaded(load):
    with pytest.raises(CommandError) as error:
        load("load_vendors", VENDOR, {**VENDOR, "name": ""}, {**VENDOR, "vendor_id": "V-2", "currency": None}, VENDOR)
    assert "line 2, name" in str(error.value)
    assert "line 3, currency" in str(error.value)
    assert "line 4, vendor_id: V-1 is on line 1 already" in str(error.value)
    assert not Vendor.objects.exists()


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_vendors", "/nonexistent/file")


def test_after_people_took_over_vendors_wait_for_a_vendor_manager(load):
    load("load_policy", json.dumps(POLICY))
    first, second = person(Role.POLICY_ADMIN), person(Role.POLICY_ADMIN)
    confirm_a_policy(first, second)
    said = load("load_vendors", VENDOR)
    assert "wait for a vendor manager" in said
    assert not Vendor.objects.exists()
    change = VendorChange.objects.get()
    with pytest.raises(services.vendors.MayNotChangeVendors):
        services.confirm_vendor_change(change_id=change.pk, by=first, now=NOW)
    services.confirm_vendor_change(change_id=change.pk, by=person(Role.VENDOR_MANAGER), now=NOW)
    assert queries.vendor("V-1").account == ON_FILE
    with pytest.raises(VendorChange.DoesNotExist):
        services.refuse_vendor_change(change_id=change.pk, by=person(Role.VENDOR_MANAGER), now=NOW)


# --- orders ------------------------------------------------------------------------------------------


@pytest.fixture
def vendors(load):
    load("load_vendors", VENDOR)


@pytest.mark.usefixtures("vendors")
def test_orders_are_loaded_with_their_ceilings(load):
    assert "1 purchase orders loaded" in load("load_purchase_orders", ORDER)
    facts = queries.order("PO-1")
    assert (facts.net_total, facts.billable, facts.open_amount) == (D(100), D(101), D(100))
    line = OrderLine.objects.get()
    assert (line.billable_quantity, line.billable_amount) == (D(10), D(103))
    assert queries.named_order("po 1").number == queries.named_order("our order PO-1 of October").number == "PO-1"


@pytest.mark.usefixtures("vendors")
def test_what_was_invoiced_and_received_before_counts(load):
    load(
        "load_purchase_orders",
        {**ORDER, "already_invoiced": "150", "receipt_needed": True, "lines": [{**LINE, "received": "4"}]},
    )
    facts = queries.order("PO-1")
    assert (facts.billed, facts.billable, facts.lines[0].received) == (D(150), D(150), D(4))
    assert Receipt.objects.get().quantity == 4


@pytest.mark.usefixtures("vendors")
def test_an_order_by_total_only(load):
    load("load_purchase_orders", {**ORDER, "lines": None})
    assert queries.order("PO-1").lines == ()


@pytest.mark.usefixtures("vendors")
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({**ORDER, "vendor_id": "V-9"}, "line 1, vendor_id: There is no vendor V-9. Load the vendors first."),
        ({**ORDER, "net_total": "99.00"}, "line 1, net_total: The lines and other_charges add up to 100.00"),
        ({**ORDER, "net_total": "lots"}, "line 1, net_total: 'lots' is not a number"),
        ({**ORDER, "net_total": "NaN"}, "line 1, net_total: 'NaN' is not a number"),
        ({**ORDER, "created": "1.10.2026"}, "line 1, created: '1.10.2026' is not a date. Write it as 2026-11-20."),
        ({**ORDER, "created": 20261001}, "line 1, created"),
        ({**ORDER, "status": "gone"}, "line 1, status: 'gone' is not one of open, closed, cancelled."),
        ({**ORDER, "lines": [{**LINE, "line_total": None}]}, "line 1, lines[1].line_total: It is missing."),
        ({**ORDER, "lines": [LINE, LINE], "net_total": "200"}, "line 1, lines[2].line: Line 1 is there already."),
        ({**ORDER, "lines": [{**LINE, "price_base_quantity": 0}]}, None),
        ({**ORDER, "lines": {"a": 1}}, "line 1, lines: Write a list of objects, or null."),
        ({**ORDER, "already_invoiced": "-1"}, "line 1, already_invoiced: -1 is below 0."),
        ({**ORDER, "po_number": "#"}, "line 1, po_number: An order number has letters or digits."),
    ],
)  # fmt: skip
def test_a_bad_line_of_orders_is_named(load, row, told):
    if told is None:  # zero is taken as "not stated"
        load("load_purchase_orders", row)
        return
    with pytest.raises(CommandError) as error:
        load("load_purchase_orders", row)
    assert told in str(error.value)
    assert not PurchaseOrder.objects.exists()


@pytest.mark.usefixtures("vendors")
def test_an_order_in_use_is_kept_and_never_replaced(load, post):
    load("load_purchase_orders", ORDER)
    post(PurchaseOrder.objects.get())
    load("load_purchase_orders", {**ORDER, "status": "closed"})
    facts = queries.order("PO-1")
    assert (facts.billed, facts.status) == (D(100), "closed")
    with pytest.raises(CommandError, match="was invoiced already and cannot be replaced"):
        load("load_purchase_orders", {**ORDER, "lines": None, "net_total": "500"})


# --- rates -------------------------------------------------------------------------------------------


def test_rates_are_loaded_from_csv_and_from_json(load):
    load("load_rates", "base,currency,day,rate\nEUR,USD,2026-11-20,1.0812\n")
    load("load_rates", json.dumps([{"base": "EUR", "currency": "USD", "day": "2026-11-20", "rate": "1.09"}]))
    assert ExchangeRate.objects.get().rate == D("1.09")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("EUR,USD,2026-11-20,1.1\n", "line 1: The first line must be base,currency,day,rate."),
        ("", "line 1: The first line must be base,currency,day,rate."),
        ("base,currency,day,rate\nEUR,USD,2026-11-20\n", "line 2: There are 3 cells."),
        ("base,currency,day,rate\nEUR,USD,2026-11-20,0\n", "line 2, rate: A rate is above zero."),
        ("base,currency,day,rate\nEUR,USD,20.11.2026,1\n", "line 2, day"),
        ("base,currency,day,rate\nEUR,EUR,2026-11-20,1\n", "line 2, currency: A rate joins two different"),
        ("base,currency,day,rate\nEUR,USD,2026-11-20,1\nEUR,USD,2026-11-20,2\n", "line 3, day: The rate of this pair"),
        ("[1]", "line 1: This is not an object"),
        ("[{]", "This is not JSON"),
    ],
)
def test_a_bad_line_of_rates_is_named(load, text, told):
    with pytest.raises(CommandError) as error:
        load("load_rates", text)
    assert told in str(error.value)
    assert not ExchangeRate.objects.exists()


def test_made_up_rates_are_for_demo_and_test_and_never_replace_real_ones(load, settings):
    from agentops.agents.invoices.loading.rates import load_demo_rates

    day = date(2026, 11, 20)
    load("load_rates", "base,currency,day,rate\nEUR,USD,2026-11-19,1.5\n")
    assert load_demo_rates(day) > 20
    assert load_demo_rates(day) == 0
    assert ExchangeRate.objects.get(currency="USD", day=date(2026, 11, 19)).rate == Decimal("1.5")
    assert not ExchangeRate.objects.filter(currency="USD", day=day).exists()
    settings.TEST = settings.DEMO = False
    with pytest.raises(RuntimeError):
        load_demo_rates(date(2028, 1, 1))


def test_the_shared_master_data_loads(load, shared):
    folder = shared / "data/invoices"
    assert "60 vendors" in load("load_vendors", (folder / "vendors.jsonl").read_text())
    assert "153 purchase orders" in load("load_purchase_orders", (folder / "purchase_orders.jsonl").read_text())
