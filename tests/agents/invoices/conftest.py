"""What the tests of the invoice agent share: a vendor, an order, an invoice that fits, and the steps to post it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from agentops.agents.invoices import services
from agentops.agents.invoices.facts import AccountFacts, InvoiceFacts, LineFacts, Tolerances, VendorFacts
from agentops.core.audit.trail import Actor
from agentops.core.ids import uuid7

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
D = Decimal
ON_FILE = "DE82877893287921742180"
SECOND = "DE89370400440532013000"


def vendor_facts(**changes: Any) -> VendorFacts:
    return VendorFacts(
        **{
            "key": "V-1",
            "name": "Falkenrath Bürobedarf GmbH",
            "vat_id": "DE811223344",
            "accounts": (AccountFacts(account=ON_FILE, primary=True), AccountFacts(account=SECOND)),
            **changes,
        }
    )


def invoice_facts(**changes: Any) -> InvoiceFacts:
    return InvoiceFacts(
        **{
            "supplier_name": "Falkenrath Bürobedarf GmbH",
            "supplier_vat_id": "DE811223344",
            "invoice_number": "RE-2026-00447",
            "issue_date": date(2026, 10, 29),
            "due_date": date(2026, 11, 28),
            "currency": "EUR",
            "net_total": D("100.00"),
            "tax_total": D("19.00"),
            "gross_total": D("119.00"),
            "payable": D("119.00"),
            "order_reference": "PO-1",
            "iban": ON_FILE,
            "lines": (LineFacts(description="Toner", quantity=D(10), unit_price=D(10), line_total=D(100)),),
            **changes,
        }
    )


@pytest.fixture
def tolerances() -> Tolerances:
    return Tolerances(our_names=("Nordlicht Handels GmbH",))


@pytest.fixture
def vendor(db: None) -> Any:
    from agentops.agents.invoices.models import Vendor

    services.save_vendors([vendor_facts()], Actor.system("test"))
    return Vendor.objects.get(key="V-1")


@pytest.fixture
def order(vendor: Any) -> Any:
    return make_order(vendor)


def make_order(vendor: Any, number: str = "PO-1", **changes: Any) -> Any:
    """An open order over ten toners at ten euros; the ceilings are those of the default tolerances."""
    from agentops.agents.invoices.models import OrderLine, PurchaseOrder
    from agentops.agents.invoices.numbers import order_key

    row = PurchaseOrder.objects.create(
        **{
            "number": number,
            "number_key": order_key(number),
            "vendor": vendor,
            "currency": "EUR",
            "created": date(2026, 10, 1),
            "net_total": D(100),
            "billable": D(101),
            **changes,
        }
    )
    OrderLine.objects.create(
        order=row,
        position=1,
        description="Toner",
        quantity=D(10),
        unit_price=D(10),
        line_total=D(100),
        billable_quantity=D(10),
        billable_amount=D(103),
    )
    return row


@pytest.fixture
def stage() -> Callable[..., Any]:
    """Stage an invoice for a new run and return its row."""

    def stage(order: Any = None, document: str = "d" * 64, **changes: Any) -> Any:
        return services.stage_invoice(
            facts=invoice_facts(**changes),
            vendor="V-1",
            order=order.number if order else None,
            run_id=uuid7(),
            document=document,
            order_lines={1: 1} if order else {},
        )

    return stage


@pytest.fixture
def post(stage: Callable[..., Any]) -> Callable[..., Any]:
    """Stage and post an invoice; `bills` defaults to all of the order's one line."""

    def post(order: Any = None, *, exceeds: bool = False, bills: Any = None, **changes: Any) -> Any:
        staged = stage(order, **changes)
        facts = invoice_facts(**changes)
        invoice, _posted = services.post_invoice(
            run_id=staged.run_id,
            facts=facts,
            vendor="V-1",
            order=order.number if order else None,
            bills=bills if bills is not None else ([(1, D(10), facts.net)] if order else []),
            exceeds=exceeds,
            posted_on=TODAY,
            now=NOW,
        )
        return invoice

    return post


@pytest.fixture
def pay() -> Callable[..., Any]:
    """Schedule the payment of a posted invoice."""

    def pay(invoice: Any, **changes: Any) -> Any:
        return services.schedule_payment(
            **{
                "vendor": "V-1",
                "number": invoice.number,
                "amount": invoice.payable,
                "currency": invoice.currency,
                "account": ON_FILE,
                "execute_on": date(2026, 11, 28),
                "run_id": invoice.run_id,
                **changes,
            }
        )

    return pay


@pytest.fixture
def house(db: None, vendor: Any, order: Any, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Documents go in, and are worked on in this thread as far as that goes."""
    from runs import services as runs_services

    from .house import POLICY, set_up

    settings.BLOB_DIR = tmp_path / "blobs"
    (tmp_path / "policy.json").write_text(json.dumps(POLICY))
    runs_services._version.cache_clear()
    call_command("load_policy", str(tmp_path / "policy.json"), stdout=StringIO())
    return set_up(monkeypatch)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., str]:
    """Run a load command over these contents; what it says comes back."""

    def load(command: str, *rows: Any) -> str:
        text = rows[0] if len(rows) == 1 and isinstance(rows[0], str) else "\n".join(json.dumps(row) for row in rows)
        path = tmp_path / "file"
        path.write_text(text)
        out = StringIO()
        call_command(command, str(path), stdout=out)
        return out.getvalue()

    return load
