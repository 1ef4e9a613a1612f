"""A vendor's new bank account: asked for, called back, confirmed by a second person, cooled, in force."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from agentops.core.audit import trail
from agentops.core.audit.trail import Actor
from agentops.core.hashing import digest
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.core.step_up import StepUp

from ..account_numbers import problem_of
from ..cooling import cool_until
from ..lifecycle import IS_OPEN_CHANGE, ChangeStatus, Ending, Said
from ..models import AccountChange, CallBack, Vendor, VendorAccount, VendorPhone
from ..numbers import account_key
from ..wording import masked
from .payments import move_payments

ASKERS = (Role.VENDOR_MANAGER, Role.REVIEWER, Role.CONTROLLER)
CALLERS = (Role.VENDOR_MANAGER,)
PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{4,38}")
SECONDS = (Role.VENDOR_MANAGER, Role.CONTROLLER)


class AccountChangeError(Exception):
    """This change, or this step of it, is refused; the message is for the person who tried, `code` for programs."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


class StepUpNeeded(AccountChangeError):
    """Who confirms must show again who they are, for exactly this change."""

    def __init__(self) -> None:
        super().__init__("step_up_needed", "Confirm with your password: this decides where money goes.")


@transaction.atomic
def ask_account_change(
    *,
    vendor_id: UUID,
    account: str,
    why: str,
    by: User,
    now: datetime,
    run_id: UUID | None = None,
    primary: bool = True,
    drops: str | None = None,
) -> AccountChange:
    """Ask for a new account to pay a vendor on; until this closes no payment to the vendor leaves the house.

    `drops` is the account that it replaces: the one on file, unless said. Raises `AccountChangeError` and
    `Vendor.DoesNotExist`.
    """
    _check_holds(by, ASKERS, "Only a vendor manager, a reviewer or a controller may ask for another account.")
    vendor = lock_vendor(vendor_id)
    wanted, words = account_key(account), why.strip()
    _check_account(vendor, wanted, primary)
    if not words:
        raise AccountChangeError("no_words", "Say why, in a few words: where the new account was named.")
    if drops is None:
        on_file = _on_file(vendor)
        drops = on_file.account if on_file and on_file.account != wanted else ""
    change = AccountChange.objects.create(
        vendor=vendor, account=wanted, primary=primary, drops=drops, why=words[:2000], run_id=run_id,
        asked_by=by, asked_at=now,
    )  # fmt: skip
    _record("vendor_change.asked", change, by, now, account=masked(wanted), drops=masked(drops))
    return change


@transaction.atomic
def note_call_back(
    *,
    change_id: UUID,
    phone_id: UUID,
    said: Said,
    spoke_to: str,
    words: str,
    called_at: datetime,
    by: User,
    now: datetime,
) -> AccountChange:
    """Write down a call to a number that was on file before; a no ends the change, a yes hands it to a second person.

    Raises `AccountChangeError`.
    """
    _check_holds(by, CALLERS, "Only a vendor manager calls back.")
    change = _locked(change_id, ChangeStatus.ASKED)
    phone = _phone_on_file(change, phone_id)
    if said != Said.NONE and not (spoke_to.strip() and words.strip()):
        raise AccountChangeError("no_words", "Write down who spoke and what they said.")
    if not change.asked_at <= called_at <= now:
        raise AccountChangeError("wrong_time", "The call was after the change was asked for, and not in the future.")
    CallBack.objects.create(
        change=change, phone=phone, called_by=by, called_at=called_at, said=said, spoke_to=spoke_to.strip()[:200],
        words=words.strip()[:2000],
    )  # fmt: skip
    _record("vendor_change.called_back", change, by, now, said=str(said), phone=str(phone.pk))
    if said == Said.NO:
        _end(change, Ending.NO_CHANGE_ORDERED, by, now)
    elif said == Said.YES:
        change.move_to(ChangeStatus.CALLED)
        change.called_by, change.called_at = by, called_at
        change.save(update_fields=["status", "called_by", "called_at"])
    return change


@transaction.atomic
def confirm_account_change(*, change_id: UUID, by: User, step_up: StepUp | None, now: datetime) -> AccountChange:
    """The second person's word: from now on the account cools. Raises `StepUpNeeded` and `AccountChangeError`."""
    _check_holds(by, SECONDS, "Only a vendor manager or a controller confirms an account.")
    change = _locked(change_id, ChangeStatus.CALLED)
    if by.pk in (change.asked_by_id, change.called_by_id):
        raise AccountChangeError("same_person", "You asked for this or called back. Somebody else confirms it.")
    if step_up is None or not step_up.proves(by.pk, digest_of(change), now):
        raise StepUpNeeded
    change.move_to(ChangeStatus.COOLING)
    change.confirmed_by, change.confirmed_at, change.cool_until = by, now, cool_until(now)
    change.save(update_fields=["status", "confirmed_by", "confirmed_at", "cool_until"])
    _record("vendor_change.confirmed", change, by, now, cool_until=change.cool_until.isoformat())
    return change


@transaction.atomic
def end_account_change(*, change_id: UUID, fraud: bool, words: str, by: User, now: datetime) -> AccountChange:
    """Stop a change that is not in force yet: the account on file stands. Raises `AccountChangeError`."""
    change = _locked(change_id)
    mine = change.asked_by_id == by.pk
    if not mine:
        _check_holds(by, SECONDS, "Only a vendor manager, a controller or who asked may end this.")
    if not words.strip():
        raise AccountChangeError("no_words", "Say why, in a few words.")
    ending = Ending.FRAUD if fraud else Ending.WITHDRAWN if mine else Ending.REFUSED
    _end(change, ending, by, now, words.strip()[:2000])
    return change


def put_in_force(*, now: datetime) -> int:
    """Write the accounts that have cooled into the master, each in a transaction of its own; says how many."""
    due = AccountChange.objects.filter(status=ChangeStatus.COOLING, cool_until__lte=now).order_by("cool_until")
    return sum(_apply(change_id, now) for change_id in due.values_list("pk", flat=True)[:200])


@transaction.atomic
def add_phone(*, vendor_id: UUID, number: str, name: str, source: str, by: User, now: datetime) -> VendorPhone:
    """A number to call back on, usable after the cooling days; raises `AccountChangeError`."""
    _check_holds(by, CALLERS, "Only a vendor manager adds a number.")
    vendor = lock_vendor(vendor_id)
    plain = " ".join(number.split())
    if not PHONE.fullmatch(plain) or not source.strip():
        raise AccountChangeError("not_a_number", "Write the number as +49 40 555 0137, and where it is known from.")
    if vendor.phones.filter(number=plain).exists():
        raise AccountChangeError("known", "This number is on file already.")
    phone = VendorPhone.objects.create(
        vendor=vendor, number=plain, name=name.strip()[:200], source=source.strip()[:200], added_by=by, added_at=now,
        usable_from=cool_until(now),
    )  # fmt: skip
    _tell("vendor.phone_added", vendor, Actor.of(by), now, phone=str(phone.pk))
    return phone


def lock_vendor(vendor_id: UUID) -> Vendor:
    """The vendor, locked before its payments: one order everywhere."""
    return Vendor.objects.select_for_update(no_key=True).get(pk=vendor_id)


def digest_of(change: AccountChange) -> str:
    """What a second person confirms."""
    return digest(["account change", str(change.pk), change.account, change.drops, str(change.called_at)])


def _apply(change_id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        change = AccountChange.objects.select_related("vendor").get(pk=change_id)
        vendor = lock_vendor(change.vendor_id)
        change = AccountChange.objects.select_for_update(of=("self",)).get(pk=change_id)
        if change.status != ChangeStatus.COOLING:
            return False  # somebody ended it in the meantime
        change.move_to(ChangeStatus.IN_FORCE)
        change.closed_at = now
        change.save(update_fields=["status", "closed_at"])
        _write_account(vendor, change)
        moved = move_payments(vendor, change.drops, change.account, now) if change.primary and change.drops else 0
        _record("vendor_change.in_force", change, None, now, account=masked(change.account), payments=moved)
        return True


def _write_account(vendor: Vendor, change: AccountChange) -> None:
    # First none is primary, then the new one is: two at once are refused by the database.
    accounts = VendorAccount.objects.filter(vendor=vendor)
    if change.primary:
        accounts.filter(primary=True).update(primary=False)
    if change.drops:
        accounts.filter(account=change.drops).update(active=False, primary=False)
    VendorAccount.objects.update_or_create(
        vendor=vendor, account=change.account, defaults={"primary": change.primary, "active": True}
    )


def _check_account(vendor: Vendor, account: str, primary: bool) -> None:
    if problem := problem_of(account):
        raise AccountChangeError("not_an_account", problem)
    on_file = vendor.accounts.filter(account=account, active=True).first()
    if on_file and (on_file.primary or not primary):
        raise AccountChangeError("on_file", "This account is on file already.")
    open_changes = vendor.account_changes.filter(IS_OPEN_CHANGE)
    if open_changes.filter(account=account).exists() or (primary and open_changes.filter(primary=True).exists()):
        raise AccountChangeError(
            "already_open", f"A change of account is open for {vendor.name} already. Close it first."
        )


def _on_file(vendor: Vendor) -> VendorAccount | None:
    return vendor.accounts.filter(primary=True, active=True).first()


def _phone_on_file(change: AccountChange, phone_id: UUID) -> VendorPhone:
    phone = VendorPhone.objects.filter(pk=phone_id, vendor=change.vendor_id).first()
    # A number added for the occasion proves nothing: it was usable before anybody asked.
    if phone is None or phone.usable_from > change.asked_at:
        raise AccountChangeError(
            "number_not_on_file", "Call a number that was on file before the change was asked for."
        )
    return phone


def _locked(change_id: UUID, *wanted: ChangeStatus) -> AccountChange:
    vendor_id = AccountChange.objects.values_list("vendor_id", flat=True).filter(pk=change_id).first()
    if vendor_id is None:
        raise AccountChangeError("unknown", "There is no such change.")
    lock_vendor(vendor_id)
    change = AccountChange.objects.select_for_update(of=("self",)).select_related("vendor").get(pk=change_id)
    if not change.is_open or (wanted and change.status not in wanted):
        raise AccountChangeError("not_now", f"The change is {change.get_status_display().lower()} by now.")
    return change


def _end(change: AccountChange, ending: Ending, by: User, now: datetime, words: str = "") -> None:
    change.move_to(ChangeStatus.REFUSED)
    change.ending, change.closed_by, change.closed_at, change.words = ending, by, now, words
    change.save(update_fields=["status", "ending", "closed_by", "closed_at", "words"])
    _record("vendor_change.ended", change, by, now, ending=str(ending))


def _check_holds(by: User, roles: tuple[Role, ...], otherwise: str) -> None:
    if not by.is_person or not by.is_active or not by.holds(*roles):
        raise AccountChangeError("may_not", otherwise)


def _record(action: str, change: AccountChange, by: User | None, now: datetime, **data: Any) -> None:
    actor = Actor.of(by) if by else Actor.system("ticker")
    _tell(action, change.vendor, actor, now, change=change, **data)


def _tell(
    action: str, vendor: Vendor, actor: Actor, now: datetime, change: AccountChange | None = None, **data: Any
) -> None:
    event = trail.Event(
        action=action,
        actor=actor,
        object=("account_change", str(change.pk), None) if change else ("vendor", str(vendor.pk), None),
        run=change.run_id if change else None,
        data={**data, "business_time": now.isoformat()},
        facets=(f"counterparty=vendor:{vendor.key}",),
    )
    trail.append(f"vendor:{vendor.pk}", event)
