"""What every ledger behind the accounting doorway promises. Add an implementation to LEDGERS and it is held to it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from agentops.agents.invoices import accounting
from agentops.agents.invoices.accounting import Bill, PostingRefused
from agentops.agents.invoices.accounting.ledger import Ledger
from agentops.agents.invoices.models import Period
from tools_registry.kinds import Effect

LEDGERS = {"built-in": Ledger}
BILL = Bill(
    vendor="V-1", number="RE-1", issue_date=date(2026, 10, 29), posted_on=date(2026, 11, 20), currency="EUR",
    net=Decimal("100.00"), tax=Decimal("19.00"), gross=Decimal("119.00"), memo="Invoice RE-1",
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(params=LEDGERS)
def ledger(request):
    return LEDGERS[request.param]()


@pytest.fixture
def close(ledger):
    """Close a month in the ledger under test."""

    def close(month):
        Period.objects.update_or_create(month=month, defaults={"status": "closed"})

    return close


def test_it_says_how_it_is_performed_and_which_version_it_is(ledger):
    assert ledger.effect in Effect
    assert ledger.version


def test_a_bill_is_posted_once_per_key(ledger):
    first = ledger.post(BILL, key="k")
    assert ledger.post(BILL, key="k") == first
    assert ledger.find("k") == first
    assert first.posted_on == BILL.posted_on
    assert ledger.post(BILL, key="other").entry != first.entry


def test_what_was_not_posted_is_not_found(ledger):
    assert ledger.find("nothing") is None


def test_another_bill_under_a_used_key_is_refused(ledger):
    ledger.post(BILL, key="k")
    for other in (replace(BILL, net=Decimal("101.00"), gross=Decimal("120.00")), replace(BILL, currency="USD")):
        with pytest.raises(PostingRefused) as error:
            ledger.post(other, key="k")
        assert error.value.code == "key_used"


def test_totals_that_do_not_add_up_are_refused(ledger):
    with pytest.raises(PostingRefused) as error:
        ledger.post(replace(BILL, gross=Decimal("130.00")), key="k")
    assert error.value.code == "unbalanced"
    assert ledger.find("k") is None


def test_a_bill_over_nothing_is_refused(ledger):
    with pytest.raises(PostingRefused) as error:
        ledger.post(replace(BILL, net=Decimal(0), tax=Decimal(0), gross=Decimal(0)), key="k")
    assert error.value.code == "nothing_to_post"


def test_a_cent_of_rounding_balances(ledger):
    ledger.post(replace(BILL, gross=Decimal("119.01")), key="k")
    check_constraints()


def test_a_closed_month_takes_nothing(ledger, close):
    assert ledger.is_open(BILL.posted_on)
    close("2026-11")
    assert not ledger.is_open(BILL.posted_on)
    with pytest.raises(PostingRefused) as error:
        ledger.post(BILL, key="k")
    assert error.value.code == "period_closed"


def test_a_bill_without_tax_and_one_of_nothing_but_tax(ledger):
    ledger.post(replace(BILL, tax=Decimal(0), gross=Decimal("100.00")), key="a")
    ledger.post(replace(BILL, net=Decimal(0), tax=Decimal("19.00"), gross=Decimal("19.00")), key="b")
    check_constraints()


def test_what_is_rolled_back_is_not_posted(ledger):
    if ledger.effect is not Effect.TRANSACTIONAL:
        pytest.skip("its effects are its own")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _post_and_fail(ledger)
    assert ledger.find("k") is None


def test_the_setting_names_the_ledger(settings):
    assert isinstance(accounting.connect(), Ledger)
    settings.ACCOUNTING = "agentops.agents.invoices.accounting.nothing.Nobody"
    with pytest.raises(ImportError):
        accounting.connect()


def _post_and_fail(ledger):
    ledger.post(BILL, key="k")
    raise ZeroDivisionError


def check_constraints():
    from django.db import connection

    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
