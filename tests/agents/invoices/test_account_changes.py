"""A vendor's bank account changes slowly: call-back on a number on file, a second person, cooling; payments wait."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agentops.agents.invoices import lifecycle, services
from agentops.agents.invoices.cooling import after_working_days
from agentops.agents.invoices.facts import AccountFacts, PhoneFacts, VendorEntry
from agentops.agents.invoices.lifecycle import ChangeStatus, Said
from agentops.agents.invoices.models import AccountChange, CallBack, Payment, Vendor, VendorAccount, VendorChange
from agentops.agents.invoices.services.accounts import digest_of
from agentops.agents.invoices.services.payments import PaymentImpossible
from agentops.core.audit.models import AuditEntry
from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.core.protection import immutable_sql
from agentops.core.step_up import StepUp
from agentops.core.transitions import guard_sql
from tools_registry.models import Switch

from .conftest import ON_FILE, vendor_facts

pytestmark = pytest.mark.django_db
NEW = "DE12500105170648489890"
NUMBER = "+49 40 555 0137"
FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _bank_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def person(db):
    def make(*roles, name="Somebody"):
        user = User.objects.create_user(f"{User.objects.count()}@test.example", name)
        user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def manager(person):
    return person(Role.VENDOR_MANAGER)


@pytest.fixture
def entry(db):
    """The vendor with a number on file."""
    facts = vendor_facts().model_dump() | {"phones": (PhoneFacts(number=NUMBER),)}
    services.save_vendors([VendorEntry.model_validate(facts)], Actor.system("test"))
    return Vendor.objects.get(key="V-1")


@pytest.fixture
def now(entry):
    """After the vendor was put on file: only then is its number one that was there before."""
    return timezone.now()


@pytest.fixture
def ask(entry, manager, now):
    def ask(by=None, account=NEW, **more):
        return services.ask_account_change(
            vendor_id=entry.pk, account=account, why="a mail", by=by or manager, now=now, **more
        )

    return ask


@pytest.fixture
def call(entry, manager, now):
    def call(change, said=Said.YES, by=None, **more):
        given = {
            "phone_id": entry.phones.earliest("added_at").pk,
            "spoke_to": "Karin Petersen",
            "words": "Yes, since May.",
            **more,
        }
        return services.note_call_back(
            change_id=change.pk, said=said, called_at=now, by=by or manager, now=now, **given
        )

    return call


@pytest.fixture
def confirm(now):
    def confirm(change, by, proof=True):
        change.refresh_from_db()
        step_up = StepUp(by.pk, digest_of(change), now) if proof else None
        return services.confirm_account_change(change_id=change.pk, by=by, step_up=step_up, now=now)

    return confirm


def code_of(refused):
    return refused.value.code


def trail_of(vendor):
    return list(
        AuditEntry.objects.filter(stream=f"vendor:{vendor.pk}").order_by("seq").values_list("action", flat=True)
    )


def test_an_account_changes_after_call_back_second_person_and_cooling(entry, ask, call, confirm, person, now):
    change = ask()
    call(change)
    cooling = confirm(change, person(Role.CONTROLLER))
    assert cooling.cool_until == after_working_days(now, 5)
    assert services.put_in_force(now=cooling.cool_until - timedelta(seconds=1)) == 0
    assert entry.accounts.get(primary=True).account == ON_FILE

    assert services.put_in_force(now=cooling.cool_until) == 1
    assert services.put_in_force(now=cooling.cool_until) == 0, "once"
    assert entry.accounts.get(primary=True).account == NEW
    assert not entry.accounts.get(account=ON_FILE).active
    assert trail_of(entry) == [f"vendor_change.{step}" for step in ("asked", "called_back", "confirmed", "in_force")]


def test_the_trail_holds_no_whole_account(entry, ask, call, confirm, person):
    change = ask()
    call(change)
    confirm(change, person(Role.CONTROLLER))
    bodies = " ".join(AuditEntry.objects.filter(stream=f"vendor:{entry.pk}").values_list("body", flat=True))
    assert NEW not in bodies
    assert ON_FILE not in bodies


def test_working_days_leave_out_the_weekend():
    assert after_working_days(FRIDAY, 1).date().isoformat() == "2026-11-23"
    assert after_working_days(FRIDAY, 5).date().isoformat() == "2026-11-27"


def test_whoever_asked_or_called_is_not_the_second_person(ask, call, confirm, manager, person):
    asker = person(Role.CONTROLLER)
    change = ask(by=asker)
    call(change)
    for somebody in (asker, manager):
        with pytest.raises(services.AccountChangeError) as refused:
            confirm(change, somebody)
        assert code_of(refused) == "same_person"
    assert confirm(change, person(Role.VENDOR_MANAGER)).status == ChangeStatus.COOLING


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PAYMENT_RELEASER, Role.USER_ADMIN, Role.POLICY_ADMIN])
def test_other_duties_neither_call_nor_confirm(ask, call, confirm, person, role):
    change = ask()
    with pytest.raises(services.AccountChangeError) as refused:
        call(change, by=person(role))
    assert code_of(refused) == "may_not"
    call(change)
    with pytest.raises(services.AccountChangeError) as refused:
        confirm(change, person(role))
    assert code_of(refused) == "may_not"


def test_the_second_person_shows_again_who_they_are(ask, call, confirm, person):
    change = ask()
    call(change)
    with pytest.raises(services.StepUpNeeded):
        confirm(change, person(Role.CONTROLLER), proof=False)


def test_without_a_call_back_nobody_confirms(ask, confirm, person):
    with pytest.raises(services.AccountChangeError) as refused:
        confirm(ask(), person(Role.CONTROLLER))
    assert code_of(refused) == "not_now"


def test_a_no_ends_it_and_not_reached_leaves_it_open(entry, ask, call):
    change = ask()
    assert call(change, Said.NONE, spoke_to="", words="").status == ChangeStatus.ASKED
    ended = call(change, Said.NO)
    assert (ended.status, ended.ending) == (ChangeStatus.REFUSED, "no_change_ordered")
    assert CallBack.objects.filter(change=change).count() == 2
    assert entry.accounts.get(primary=True).account == ON_FILE


def test_a_number_added_for_the_occasion_does_not_count(entry, ask, call, manager, now):
    late = services.add_phone(
        vendor_id=entry.pk, number="+49 171 555 0000", name="", source="the mail", by=manager, now=now
    )
    with pytest.raises(services.AccountChangeError) as refused:
        call(ask(), phone_id=late.pk)
    assert code_of(refused) == "number_not_on_file"


@pytest.mark.parametrize(
    ("account", "code"),
    [("DE12500105170648489891", "not_an_account"), ("", "not_an_account"), (ON_FILE, "on_file")],
)
def test_an_account_that_cannot_be_asked_for(ask, account, code):
    with pytest.raises(services.AccountChangeError) as refused:
        ask(account=account)
    assert code_of(refused) == code


def test_a_second_change_waits_for_the_first(ask):
    ask()
    with pytest.raises(services.AccountChangeError) as refused:
        ask(account="DE89370400440532013001")
    assert code_of(refused) in ("already_open", "not_an_account")
    with pytest.raises(services.AccountChangeError) as refused:
        ask()
    assert code_of(refused) == "already_open"


def test_whoever_asked_withdraws_and_a_controller_reports_fraud(ask, person, now):
    reviewer = person(Role.REVIEWER)
    withdrawn = services.end_account_change(
        change_id=ask(by=reviewer).pk, fraud=False, words="mistake", by=reviewer, now=now
    )
    assert withdrawn.ending == "withdrawn"
    change = ask()
    with pytest.raises(services.AccountChangeError) as refused:
        services.end_account_change(change_id=change.pk, fraud=False, words="no", by=reviewer, now=now)
    assert code_of(refused) == "may_not"
    fraud = services.end_account_change(
        change_id=change.pk, fraud=True, words="spoofed", by=person(Role.CONTROLLER), now=now
    )
    assert fraud.ending == "fraud"


# --- payments wait -----------------------------------------------------------------------------------


@pytest.fixture
def releaser(person):
    return person(Role.PAYMENT_RELEASER)


def test_no_payment_leaves_while_a_change_is_open(entry, ask, post, pay, releaser, manager, now):
    payment = pay(post())
    change = ask()
    with pytest.raises(PaymentImpossible) as refused:
        services.release_payment(payment_id=payment.pk, by=releaser, now=now)
    assert code_of(refused) == "vendor_change_open"
    with pytest.raises(IntegrityError, match="a change of the vendor's account is open"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(status="released", released_by=releaser, released_at=now)
    services.end_account_change(change_id=change.pk, fraud=False, words="wrong", by=manager, now=now)
    assert services.release_payment(payment_id=payment.pk, by=releaser, now=now).status == "released"


def test_what_waited_is_paid_on_the_new_account(entry, ask, call, confirm, post, pay, person, releaser, now):
    old = pay(post())
    change = ask()
    call(change)
    cooling = confirm(change, person(Role.CONTROLLER))
    services.put_in_force(now=cooling.cool_until)
    old.refresh_from_db()
    new = Payment.objects.exclude(pk=old.pk).get()
    assert (old.status, new.status, new.account, new.amount) == ("cancelled", "scheduled", NEW, old.amount)
    services.release_payment(payment_id=new.pk, by=releaser, now=now)


def test_who_had_a_hand_in_an_account_does_not_release_to_it(ask, call, confirm, post, pay, person, manager, now):
    change = ask()
    call(change)
    cooling = confirm(change, person(Role.CONTROLLER))
    pay(post())
    services.put_in_force(now=cooling.cool_until)
    manager.groups.set(Group.objects.filter(name=Role.PAYMENT_RELEASER.value))  # changed duty since
    payment = Payment.objects.get(status="scheduled")
    with pytest.raises(PaymentImpossible) as refused:
        services.release_payment(payment_id=payment.pk, by=User.objects.get(pk=manager.pk), now=now)
    assert code_of(refused) == "had_a_hand"


def test_a_kill_switch_holds_payments_as_well(entry, post, pay, releaser, now):
    payment = pay(post())
    Switch.objects.create(scope="all", stopped_by=releaser, reason="drill", at=now)
    with pytest.raises(PaymentImpossible) as refused:
        services.release_payment(payment_id=payment.pk, by=releaser, now=now)
    assert code_of(refused) == "stopped"


# --- loaded files ------------------------------------------------------------------------------------


def test_a_loaded_file_only_asks_for_other_accounts_of_vendors_on_file(entry, manager, now):
    facts = vendor_facts(name="Falkenrath GmbH", accounts=(AccountFacts(account=NEW, primary=True),))
    stranger = vendor_facts(key="V-2", name="New One", vat_id=None)
    load = VendorChange.objects.create(vendors=[f.model_dump(mode="json") for f in (facts, stranger)], source="file")
    (asked,) = services.confirm_vendor_change(change_id=load.pk, by=manager, now=now)
    entry.refresh_from_db()
    assert (entry.name, entry.accounts.get(primary=True).account) == ("Falkenrath GmbH", ON_FILE)
    assert (asked.account, asked.drops, asked.asked_by) == (NEW, ON_FILE, manager)
    assert Vendor.objects.get(key="V-2").accounts.get(primary=True).account == ON_FILE


# --- the database holds it too -----------------------------------------------------------------------


def test_the_guards_are_the_tables_of_the_code():
    guards = import_module("agentops.agents.invoices.migrations.0004_account_change_guards")
    moves = guard_sql("invoices_accountchange", "status", lifecycle.CHANGE_MOVES)
    assert moves == (guards.CHANGE_MOVES, guards.CHANGE_MOVES_BACK)
    assert immutable_sql("invoices_callback") == (guards.CALL_STAYS, guards.CALL_STAYS_BACK)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "cooling"}, "cannot become"),
        ({"account": ON_FILE}, "never change"),
        ({"status": "called"}, "called_back_before_it_is_confirmed"),
        ({"status": "refused", "closed_at": FRIDAY}, "refused_says_why"),
    ],
)
def test_nobody_goes_around_the_services(ask, changes, said):
    change = ask()
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        AccountChange.objects.filter(pk=change.pk).update(**changes)


def test_the_database_refuses_one_person_as_both(ask, call, manager, now):
    change = ask()
    call(change)
    with pytest.raises(IntegrityError, match="second_person_neither_asked_nor_called"), transaction.atomic():
        AccountChange.objects.filter(pk=change.pk).update(
            status="cooling", confirmed_by=manager, confirmed_at=now, cool_until=now + timedelta(days=5)
        )


@pytest.mark.django_db(transaction=True)
def test_a_release_and_a_change_at_once_never_both_pass_unseen(entry, post, pay, releaser, manager, now):
    from concurrent.futures import ThreadPoolExecutor

    payment = pay(post())

    def release():
        try:
            return services.release_payment(payment_id=payment.pk, by=releaser, now=now).status
        except PaymentImpossible as refused:
            return refused.code
        finally:
            connection.close()

    def ask():
        try:
            services.ask_account_change(vendor_id=entry.pk, account=NEW, why="mail", by=manager, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcome, asked = pool.submit(release), pool.submit(ask)
        asked.result()
        assert outcome.result() in ("released", "vendor_change_open")
    payment.refresh_from_db()
    assert payment.status == ("released" if outcome.result() == "released" else "scheduled")
    assert VendorAccount.objects.filter(account=NEW).count() == 0
