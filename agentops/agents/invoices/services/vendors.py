"""The vendor master: loaded by command until people take over, then changed by a vendor manager's word.

A loaded file never moves the money of a vendor on file by itself: its new accounts become changes of account, with
call-back, second person and cooling time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from agentops.core.audit import trail
from agentops.core.audit.trail import Actor
from agentops.core.clock import db_now
from agentops.core.models import User
from agentops.core.permissions import Role
from tools_registry.models import PolicyVersion

from ..cooling import cool_until
from ..facts import VendorEntry, VendorFacts
from ..models import AccountChange, Vendor, VendorAccount, VendorChange, VendorPhone
from ..names import fold
from ..numbers import vat_key
from .accounts import ask_account_change


class MayNotChangeVendors(Exception):
    """Only a vendor manager changes the vendor master."""


@transaction.atomic
def change_vendors(*, vendors: Sequence[VendorFacts], source: str) -> VendorChange | None:
    """Load vendors from a command: at once while nobody has confirmed a policy (and in the demo), else as a
    change that waits for a vendor manager, which is returned."""
    if settings.DEMO or not PolicyVersion.objects.filter(confirmer__isnull=False).exists():
        save_vendors(vendors, Actor.system(source))
        return None
    change = VendorChange.objects.create(vendors=[v.model_dump(mode="json") for v in vendors], source=source)
    _record("vendors.proposed", Actor.system(source), {"change": str(change.pk), "vendors": len(vendors)})
    return change


@transaction.atomic
def confirm_vendor_change(*, change_id: UUID, by: User, now: datetime) -> list[AccountChange]:
    """Apply a waiting change; other accounts for vendors on file are only asked for, and returned.

    Raises `MayNotChangeVendors`, `AccountChangeError`, and `VendorChange.DoesNotExist` if none waits.
    """
    change = _close(change_id, "confirmed", by, now)
    vendors = [VendorEntry.model_validate(v) for v in change.vendors]
    asked = [ask for facts in vendors for ask in _ask_for_accounts(facts, by, now, change.source)]
    save_vendors(vendors, Actor.of(by), accounts_of_new_vendors_only=True)
    return asked


@transaction.atomic
def refuse_vendor_change(*, change_id: UUID, by: User, now: datetime) -> None:
    """Drop a waiting change; raises `MayNotChangeVendors`, `VendorChange.DoesNotExist` if none waits."""
    change = _close(change_id, "refused", by, now)
    _record("vendors.refused", Actor.of(by), {"change": str(change.pk)})


@transaction.atomic
def save_vendors(vendors: Sequence[VendorFacts], actor: Actor, *, accounts_of_new_vendors_only: bool = False) -> None:
    """Write vendors with their accounts; an account that is no longer named is kept, but inactive."""
    for facts in vendors:
        _save(facts, accounts_of_new_vendors_only)
    _record("vendors.changed", actor, {"vendors": len(vendors), "keys": [facts.key for facts in vendors][:200]})


def _save(facts: VendorFacts, accounts_of_new_vendors_only: bool) -> None:
    vendor, is_new = Vendor.objects.update_or_create(
        key=facts.key,
        defaults={
            "name": facts.name,
            "aliases": list(facts.aliases),
            "folded_names": sorted({fold(name) for name in (facts.name, *facts.aliases)}),
            "vat_id": facts.vat_id or "",
            "vat_key": vat_key(facts.vat_id),
            "currency": facts.currency,
            "active": facts.active,
        },
    )
    if is_new or not accounts_of_new_vendors_only:
        _save_accounts(vendor, facts)
    if isinstance(facts, VendorEntry):
        _save_phones(vendor, facts, usable_at_once=is_new)


def _save_accounts(vendor: Vendor, facts: VendorFacts) -> None:
    # First none is primary, then the right one is: two at once are refused by the database.
    VendorAccount.objects.filter(vendor=vendor).update(primary=False, active=False)
    for account in facts.accounts:
        VendorAccount.objects.update_or_create(
            vendor=vendor, account=account.account, defaults={"primary": account.primary, "active": True}
        )


def _save_phones(vendor: Vendor, facts: VendorEntry, *, usable_at_once: bool) -> None:
    now = db_now()
    for phone in facts.phones:
        VendorPhone.objects.get_or_create(
            vendor=vendor,
            number=phone.number,
            defaults={
                "name": phone.name,
                "source": "loaded with the vendor master",
                "added_at": now,
                "usable_from": now if usable_at_once else cool_until(now),
            },
        )


def _ask_for_accounts(facts: VendorEntry, by: User, now: datetime, source: str) -> list[AccountChange]:
    """The changes of account that a loaded vendor needs, if it is on file; accounts it no longer names stay."""
    vendor = Vendor.objects.filter(key=facts.key).first()
    if vendor is None:
        return []
    on_file = {row.account: row for row in vendor.accounts.filter(active=True)}
    named = {account.account for account in facts.accounts}
    paid = next((row.account for row in on_file.values() if row.primary), "")
    return [
        ask_account_change(
            vendor_id=vendor.pk, account=account.account, primary=account.primary, by=by, now=now,
            why=f"Loaded by {source}",
            drops=paid if account.primary and paid not in named else "",
        )
        for account in facts.accounts
        if account.account not in on_file or (account.primary and not on_file[account.account].primary)
    ]  # fmt: skip


def _close(change_id: UUID, status: str, by: User, now: datetime) -> VendorChange:
    if not by.holds(Role.VENDOR_MANAGER):
        raise MayNotChangeVendors("Only a vendor manager may do this.")
    change = VendorChange.objects.select_for_update().get(pk=change_id, status="waiting")
    change.status, change.decided_by, change.decided_at = status, by, now
    change.save(update_fields=["status", "decided_by", "decided_at"])
    return change


def _record(action: str, actor: Actor, data: dict[str, object]) -> None:
    trail.append("vendors", trail.Event(action=action, actor=actor, data=data))
