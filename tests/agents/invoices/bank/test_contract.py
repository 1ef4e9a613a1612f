"""What every bank behind the doorway promises. Add an implementation to BANKS and it is held to it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from defusedxml.ElementTree import fromstring

from agentops.agents.invoices import bank
from agentops.agents.invoices.bank import BankRefused, Instruction
from agentops.agents.invoices.bank.payment_file import NAMESPACE, PaymentFile
from tools_registry.kinds import REMOTE_EFFECTS

BANKS = {"payment-file": PaymentFile}
ORDER = Instruction(
    creditor="Falkenrath & Söhne <GmbH>", account="DE82877893287921742180", amount=Decimal("119.00"), currency="EUR",
    execute_on=date(2026, 11, 28), remittance="RE-2026-00447",
)  # fmt: skip


@pytest.fixture(params=BANKS)
def teller(request, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return BANKS[request.param]()


def test_it_says_how_it_is_performed_and_which_version_it_is(teller):
    assert teller.effect in REMOTE_EFFECTS
    assert teller.version


def test_it_pays_once_per_key(teller):
    first = teller.release(ORDER, key="payment:1")
    assert teller.release(ORDER, key="payment:1") == first == teller.find("payment:1")
    assert teller.release(ORDER, key="payment:2") != first


def test_asked_by_many_at_once_it_pays_once(teller):
    with ThreadPoolExecutor(8) as pool:
        receipts = set(pool.map(lambda _: teller.release(ORDER, key="payment:1"), range(40)))
    assert len(receipts) == 1


def test_what_was_not_released_is_not_found(teller):
    assert teller.find("payment:404") is None


@pytest.mark.parametrize(
    "change", [{"amount": Decimal("119.01")}, {"account": "DE1"}, {"execute_on": date(2026, 11, 29)}]
)
def test_something_else_under_a_used_key_is_refused(teller, change):
    teller.release(ORDER, key="payment:1")
    with pytest.raises(BankRefused) as error:
        teller.release(replace(ORDER, **change), key="payment:1")
    assert error.value.code == "key_used"


def test_the_payment_file_is_whole_and_says_what_is_paid(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    receipt = PaymentFile().release(ORDER, key="payment:1")
    files = list((tmp_path / "bank").iterdir())
    assert [file.name for file in files] == [f"{receipt.reference}.xml"]
    root = fromstring(files[0].read_text())
    found = {node.tag.removeprefix(f"{{{NAMESPACE}}}"): node.text for node in root.iter()}
    assert found["IBAN"] == ORDER.account
    assert Decimal(found["InstdAmt"]) == ORDER.amount
    assert found["Nm"] == ORDER.creditor
    assert found["Dt"] == "2026-11-28"


def test_the_setting_names_the_bank(settings):
    assert isinstance(bank.connect(), PaymentFile)
    settings.BANK = "agentops.agents.invoices.bank.nothing.Nobody"
    with pytest.raises(ImportError):
        bank.connect()
