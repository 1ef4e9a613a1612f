"""A vendor's account is changed and payments are released in a real browser: light, dark on a phone, without scripts.

With `SHOTS=folder` each page is also kept as a picture.
"""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from agentops.agents.invoices import services
from agentops.agents.invoices.facts import AccountFacts, PhoneFacts, VendorEntry
from agentops.agents.invoices.models import AccountChange, Payment, Vendor, VendorChange
from agentops.core.audit.trail import Actor
from agentops.core.ids import uuid7
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.core.roles import make_role_groups
from tests.agents.invoices.conftest import NOW, TODAY, invoice_facts
from tests.e2e.conftest import CHROMIUM, PASSWORD, SIZES, hang_up, sign_in

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]
NORDWIND, NEW = "DE89370400440532013000", "DE12500105170648489890"
PEOPLE = {
    "vera": ("Vera Novak", Role.VENDOR_MANAGER),
    "anna": ("Anna Lindqvist", Role.CONTROLLER),
    "paul": ("Paul Martin", Role.PAYMENT_RELEASER),
    "maria": ("Maria Keller", Role.REVIEWER),
}


@pytest.fixture
def house(db, settings, tmp_path):
    """Three vendors with payments, one of them with an open change, and people."""
    from django.contrib.auth.models import Group

    settings.DATA_DIR = tmp_path
    settings.TODAY = TODAY
    make_role_groups()
    people = {}
    for handle, (name, role) in PEOPLE.items():
        people[handle] = User.objects.create_user(f"{handle}@demo.example", name, PASSWORD)
        people[handle].groups.set(Group.objects.filter(name=role.value))
    phones = (
        PhoneFacts(number="+49 40 555 0137", name="Karin Petersen, accounts"),
        PhoneFacts(number="+49 40 555 0100"),
    )
    vendors = [
        VendorEntry(key=key, name=name, vat_id=vat, accounts=(AccountFacts(account=iban, primary=True),), phones=phones)
        for key, name, vat, iban in (
            ("V-70014", "Nordwind Logistik GmbH", "DE811234561", NORDWIND),
            ("V-70021", "Falkenhain Verpackungen GmbH & Co. KG", "DE145229075", "DE82877893287921742180"),
            ("V-70033", "Elektro Brückner e.K.", None, "GB29NWBK60161331926819"),
        )
    ]
    services.save_vendors(vendors, Actor.system("test"))
    for at, vendor in enumerate(vendors):
        for number in range(3):
            _pay(vendor, f"NW-{at}{number}", TODAY + timedelta(days=number - 1))
    VendorChange.objects.create(
        vendors=[vendors[0].model_copy(update={"name": "Nordwind SE"}).model_dump(mode="json")], source="load_vendors"
    )
    return people


def _pay(vendor, number, day):
    facts, run = invoice_facts(invoice_number=number), uuid7()
    about = {"facts": facts, "vendor": vendor.key, "order": None, "run_id": run}
    services.stage_invoice(**about, document="d" * 64, order_lines={})
    services.post_invoice(**about, bills=[], exceeds=False, posted_on=TODAY, now=NOW)
    services.schedule_payment(
        vendor=vendor.key, number=number, amount=facts.payable, currency="EUR", account=vendor.account, execute_on=day,
        run_id=run,
    )  # fmt: skip


@pytest.fixture
def ask(house):
    def ask():
        vendor = Vendor.objects.get(key="V-70014")
        words = "Please note our new bank details, at the foot of NW-01."
        return services.ask_account_change(
            vendor_id=vendor.pk, account=NEW, why=words, by=house["maria"], now=timezone.now()
        )

    return ask


@pytest.fixture
def visit(chromium, live_server, house):
    """Opens a page as somebody who is signed in; fails on anything the browser complains of."""
    opened, complaints = [], []

    def go(who, path, *, look="light", scripts=True):
        width, height = SIZES[look]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="light" if look == "light" else "dark",
            java_script_enabled=scripts,
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(context, live_server.url, User.objects.get(email=f"{who}@demo.example"))
        page.goto(live_server.url + path)
        return page

    yield go
    for context in opened:
        hang_up(context)
    assert [said for said in complaints if "422" not in said] == []


@pytest.mark.parametrize("look", SIZES)
def test_every_page_fits_its_width(visit, live_server, ask, look):
    change, load = ask(), VendorChange.objects.get()
    vendor = Vendor.objects.get(key="V-70014")
    scheduled = [str(pk) for pk in Payment.objects.exclude(vendor=vendor).values_list("pk", flat=True)]
    pages = [
        ("vera", "vendors/"),
        ("vera", f"vendors/{vendor.pk}/"),
        ("vera", f"vendors/changes/{change.pk}/"),
        ("vera", f"vendors/loads/{load.pk}/"),
        ("maria", f"vendors/{Vendor.objects.get(key='V-70021').pk}/change/"),
        ("paul", "payments/"),
        ("paul", f"payments/release/?payment={'&payment='.join(scheduled[:3])}"),
    ]
    browsers = {who: visit(who, "/invoices/vendors/", look=look) for who in ("vera", "maria", "paul")}
    for number, (who, path) in enumerate(pages):
        page = browsers[who]
        page.goto(f"{live_server.url}/invoices/{path}")
        assert page.locator("h1").count() == 1, path
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[look][0], path
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=str(Path(folder) / f"{number}-{path.split('/')[0]}-{look}.png"), full_page=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_account_is_changed_by_call_back_and_a_second_person(visit, house, ask, scripts):
    change = ask()
    url = f"/invoices/vendors/changes/{change.pk}/"
    vera = visit("vera", url, scripts=scripts)
    vera.check("input[name=phone] >> nth=0")
    vera.fill("#cb-who", "Karin Petersen")
    vera.check("input[name=said][value=yes]")
    vera.fill("#cb-note", "Since May with the new bank.")
    vera.click("button:has-text('Save call-back')")
    vera.wait_for_load_state("load")
    assert "Waiting for a second person" in vera.inner_text("main")

    anna = visit("anna", url, scripts=scripts)
    anna.fill("#password", PASSWORD)
    anna.click("button:has-text('Confirm the account')")
    anna.wait_for_load_state("load")
    assert "Cooling" in anna.inner_text("h1 + .status")
    if (folder := os.environ.get("SHOTS")) and scripts:
        anna.screenshot(path=f"{folder}/cooling.png", full_page=True)
    services.put_in_force(now=AccountChange.objects.get().cool_until)
    anna.reload()
    assert "In force" in anna.inner_text("h1 + .status")
    assert set(Payment.objects.filter(vendor__key="V-70014", status="scheduled").values_list("account", flat=True)) == {
        NEW
    }


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_payments_are_chosen_seen_once_more_and_released(visit, scripts):
    page = visit("paul", "/invoices/payments/", scripts=scripts)
    page.check("input[name=payment] >> nth=0")
    page.check("input[name=payment] >> nth=1")
    page.click("button:has-text('Release those chosen')")
    page.wait_for_load_state("load")
    assert "238.00" in page.inner_text("tfoot")
    page.click("button:has-text('Release to the bank')")
    page.wait_for_load_state("load")
    assert "2 payments released to the bank" in page.inner_text("#toasts")
    assert Payment.objects.filter(status="released").exclude(bank_reference="").count() == 2
    assert date.today() >= Payment.objects.filter(status="released")[0].released_at.date()
