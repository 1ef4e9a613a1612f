"""The world in the shapes that the product's load commands read."""

import csv
import json
from datetime import date
from decimal import Decimal

import pytest

from agentops.agents.invoices.demo import export

VENDOR = {"vendor_id", "name", "vat_id", "iban", "other_ibans", "currency", "phones"}
ORDER = {
    "po_number", "vendor_id", "vendor_name", "currency", "status", "created", "lines", "other_charges",
    "net_total",
    "already_invoiced",
}  # fmt: skip
ORDER_LINE = {"line", "description", "quantity", "unit_price", "line_total"}


def test_each_command_gets_its_file(demo, tmp_path):
    files = export.write_world(demo.world, tmp_path)
    assert set(files) == {"load_vendors", "load_purchase_orders", "load_rates", "load_policy"}
    assert all(file.stat().st_size for file in files.values())
    assert json.loads(files["load_policy"].read_text())["approval_limit_gross"] == "10000.00"
    assert len(files["load_vendors"].read_text().splitlines()) == len(demo.world.vendors)


def test_vendors_have_the_shape_of_the_shared_data_and_strangers_are_not_among_them(demo):
    rows = export.vendors(demo.world)
    assert all(set(row) == VENDOR for row in rows)
    assert {"unknown", "lookalike"}.isdisjoint(row["vendor_id"] for row in rows)


def test_orders_have_the_shape_of_the_shared_data_and_add_up(demo):
    for row in export.purchase_orders(demo.world):
        assert set(row) - {"receipt_needed"} == ORDER
        assert all(set(line) - {"received"} == ORDER_LINE for line in row["lines"])
        assert sum(Decimal(line["line_total"]) for line in row["lines"]) == Decimal(row["net_total"])


def test_what_is_paid_on_receipt_says_what_arrived(demo):
    rows = [row for row in export.purchase_orders(demo.world) if row.get("receipt_needed")]
    short = {
        row["po_number"]
        for row in rows
        if any(Decimal(line["received"]) < Decimal(line["quantity"]) for line in row["lines"])
    }
    assert len(rows) > len(short)
    assert short == {case.po_number for case, _ in demo.cases if "not_received" in case.reasons}


@pytest.mark.django_db
def test_the_products_own_loaders_read_every_file(demo, tmp_path):
    from agentops.agents.invoices.loading import orders, policy, rates, vendors

    files = {command: str(file) for command, file in export.write_world(demo.world, tmp_path).items()}
    assert len(vendors.read(files["load_vendors"])) == len(demo.world.vendors)
    assert len(orders.read(files["load_purchase_orders"])) == len(demo.world.orders)
    assert len(rates.read(files["load_rates"])) == len(demo.world.rates)
    grants, rules = policy.read(files["load_policy"])
    assert any(grant.item_limit == Decimal("10000") for grant in grants)
    assert rules["our_company"] == demo.world.company.name


def test_there_is_a_rate_for_every_currency_on_the_day_of_the_demo(demo):
    rows = list(csv.DictReader(export.rates(demo.world).splitlines()))
    today = {row["currency"] for row in rows if row["day"] == demo.world.today.isoformat()}
    assert today == {vendor.currency for vendor in demo.world.vendors} - {"EUR"}
    assert all(row["base"] == "EUR" and date.fromisoformat(row["day"]) <= demo.world.today for row in rows)


def test_the_daily_limits_leave_room_for_the_whole_inbox(demo):
    policy = export.policy(demo.world)
    spent: dict[str, Decimal] = {}
    for case, invoice in demo.cases:
        if case.disposition != "reject":
            worth = demo.world.in_base(invoice.gross, invoice.currency)
            spent[case.vendor] = spent.get(case.vendor, Decimal("0")) + worth
    assert max(spent.values()) <= Decimal(policy["day_limit_vendor"])
    assert sum(spent.values()) <= Decimal(policy["day_limit_agent"])
