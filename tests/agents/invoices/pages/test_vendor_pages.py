"""Vendors and their accounts in the browser: who may take which step, and what the pages say."""

from importlib import import_module

import pytest
from django.utils import timezone

from agentops.agents.invoices import services
from agentops.agents.invoices.lifecycle import ChangeStatus
from agentops.agents.invoices.models import AccountChange, VendorChange
from agentops.core.permissions import Role
from tests.web.conftest import PASSWORD

from ..conftest import ON_FILE, vendor_facts

pytestmark = pytest.mark.django_db
NEW = "DE12500105170648489890"
SPACED = (
    "DE12\N{NO-BREAK SPACE}5001\N{NO-BREAK SPACE}0517\N{NO-BREAK SPACE}0648\N{NO-BREAK SPACE}4898\N{NO-BREAK SPACE}90"
)


def note(entry, **said):
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return {"phone": entry.phones.get().pk, "who": "Karin", "at": at, "said": "yes", "words": "It is ours.", **said}


def test_vendors_are_found_by_name_number_and_account(browse, entry):
    client = browse(Role.REVIEWER)
    for query in ("falken", "V-1", ON_FILE, "DE82 8778 9328 7921 7421 80", "DE 811223344"):
        assert "Falkenrath" in client.get("/invoices/vendors/", {"q": query}).text, query
    assert "No vendor is called that" in client.get("/invoices/vendors/", {"q": "zzz"}).text


def test_a_vendor_shows_accounts_numbers_invoices_and_payments(browse, entry, payment):
    page = browse(Role.AUDITOR).get(f"/invoices/vendors/{entry.pk}/").text
    assert "DE82\N{NO-BREAK SPACE}8778" in page
    assert "+49 40 555 0137" in page
    assert "RE-2026-00447" in page
    assert "Change bank account" not in page, "an auditor changes nothing"


def test_an_account_changes_on_the_pages_by_two_people(browse, entry, payment, now):
    reviewer, manager, controller = browse(Role.REVIEWER), browse(Role.VENDOR_MANAGER), browse(Role.CONTROLLER)
    asked = reviewer.post(
        f"/invoices/vendors/{entry.pk}/change/", {"account": "de12 5001 0517 0648 4898 90", "why": "mail"}
    )
    change = AccountChange.objects.get()
    url = f"/invoices/vendors/changes/{change.pk}/"
    assert asked["Location"] == url

    assert "Call-back note" not in reviewer.get(url).text
    page = manager.get(url).text
    assert "Call-back note" in page
    assert SPACED in page
    assert "RE-2026-00447" in page, "the payment that waits"
    assert manager.post(f"{url}call/", note(entry)).status_code == 302

    assert "somebody else confirms it" in manager.get(url).text
    assert manager.post(f"{url}confirm/", {"password": PASSWORD}).status_code == 422
    assert controller.post(f"{url}confirm/", {"password": "wrong"}).status_code == 422
    assert controller.post(f"{url}confirm/", {"password": PASSWORD}).status_code == 302
    change.refresh_from_db()
    assert (change.status, change.confirmed_by) == (ChangeStatus.COOLING, controller.person)
    services.put_in_force(now=change.cool_until)
    assert "In force" in controller.get(url).text
    assert SPACED in controller.get("/invoices/vendors/").text


def test_a_refused_form_keeps_what_was_typed(browse, entry, ask):
    change, manager = ask(), browse(Role.VENDOR_MANAGER)
    answer = manager.post(f"/invoices/vendors/changes/{change.pk}/call/", note(entry, words="", who="Karin P."))
    assert answer.status_code == 422
    assert "Karin P." in answer.text
    assert "Write down who spoke" in answer.text
    for broken in ({"at": "never"}, {"at": ""}, {"phone": "x"}, {"said": "maybe"}):
        assert manager.post(f"/invoices/vendors/changes/{change.pk}/call/", note(entry, **broken)).status_code == 422


def test_an_account_that_is_mistyped_is_refused_in_the_form(browse, entry):
    answer = browse(Role.REVIEWER).post(
        f"/invoices/vendors/{entry.pk}/change/", {"account": "DE13" + NEW[4:], "why": "m"}
    )
    assert answer.status_code == 422
    assert "check digits" in answer.text


def test_fraud_is_reported_in_one_step_and_the_account_on_file_stands(browse, entry, ask):
    change = ask()
    browse(Role.CONTROLLER).post(f"/invoices/vendors/changes/{change.pk}/end/", {"fraud": "1", "words": "spoofed mail"})
    change.refresh_from_db()
    assert (change.status, change.ending) == (ChangeStatus.REFUSED, "fraud")
    assert "Reported as fraud" in browse(Role.OPERATOR).get(f"/invoices/vendors/changes/{change.pk}/").text


def test_somebody_elses_change_is_not_ended_by_a_reviewer(browse, ask):
    change = ask()
    answer = browse(Role.REVIEWER).post(f"/invoices/vendors/changes/{change.pk}/end/", {"words": "no"})
    assert answer.status_code == 422
    change.refresh_from_db()
    assert change.is_open


def test_a_number_is_added_and_shown_as_not_yet_usable(browse, entry):
    manager = browse(Role.VENDOR_MANAGER)
    given = {"number": "+49 30 555 0199", "name": "Head office", "source": "register"}
    page = manager.post(f"/invoices/vendors/{entry.pk}/phones/", given, follow=True).text
    assert "+49 30 555 0199" in page
    assert "Counts from" in page
    assert (
        "Write the number as"
        in manager.post(f"/invoices/vendors/{entry.pk}/phones/", {**given, "number": "call me"}, follow=True).text
    )


def test_a_loaded_file_waits_shows_its_differences_and_is_confirmed(browse, entry, manager):
    facts = [vendor_facts(name="Falkenrath AG", accounts=()), vendor_facts(key="V-2", name="New One", vat_id=None)]
    load = VendorChange.objects.create(vendors=[f.model_dump(mode="json") for f in facts], source="load_vendors")
    client = browse(Role.VENDOR_MANAGER)
    assert "2 vendors from load_vendors" in client.get("/invoices/vendors/").text
    page = client.get(f"/invoices/vendors/loads/{load.pk}/").text
    assert "Falkenrath AG" in page
    assert "new vendor" in page
    assert browse(Role.CONTROLLER).post(f"/invoices/vendors/loads/{load.pk}/", {"answer": "confirm"}).status_code == 403
    client.post(f"/invoices/vendors/loads/{load.pk}/", {"answer": "confirm"})
    entry.refresh_from_db()
    assert entry.name == "Falkenrath AG"
    again = client.post(f"/invoices/vendors/loads/{load.pk}/", {"answer": "confirm"}, follow=True).text
    assert "answered already" in again


def test_the_navigation_counts_what_waits_for_whom(browse, entry, ask):
    ask(by=browse(Role.REVIEWER).person)
    assert 'id="invoices-vendors-count">1<' in browse(Role.VENDOR_MANAGER).get("/invoices/vendors/").text
    assert 'id="invoices-vendors-count">0<' in browse(Role.CONTROLLER).get("/invoices/vendors/").text
    assert "invoices-vendors-count" not in browse(Role.REVIEWER).get("/invoices/vendors/").text


def test_pages_take_few_queries(browse, entry, ask, payment, django_assert_max_num_queries):
    client, change = browse(Role.VENDOR_MANAGER), ask()
    for path in ("vendors/", f"vendors/{entry.pk}/", f"vendors/changes/{change.pk}/"):
        with django_assert_max_num_queries(20):
            client.get(f"/invoices/{path}")


def test_a_review_leads_to_the_change_with_the_account_of_its_document(browse, entry, monkeypatch):
    from agentops.core.ids import uuid7

    outputs = {
        "vendor": {"match": {"vendor": {"key": "V-1"}}},
        "extract": {"invoice": {"iban": "DE12 5001 0517 0648 4898 90"}},
    }
    pages = import_module("agentops.agents.invoices.pages.changes")
    monkeypatch.setattr(pages, "_output", lambda run, step: outputs[step])
    page = browse(Role.REVIEWER).get(f"/invoices/runs/{uuid7()}/change/", follow=True).text
    assert f'value="{NEW}"' in page


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.VENDOR_MANAGER, "/invoices/vendors/"),
        (Role.PAYMENT_RELEASER, "/invoices/payments/"),
        (Role.REVIEWER, "/queue/"),
        (Role.OPERATOR, "/runs/"),
    ],
)
def test_everybody_starts_where_their_work_waits(browse, role, home):
    assert browse(role).get("/")["Location"] == home
