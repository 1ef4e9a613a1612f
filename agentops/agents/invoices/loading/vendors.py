"""`load_vendors`: {vendor_id, name, vat_id, iban, other_ibans, currency}, optionally aliases, active, set, phones."""

from __future__ import annotations

from ..facts import AccountFacts, PhoneFacts, VendorEntry
from ..models import VendorChange
from ..numbers import account_key
from ..services import change_vendors
from ..services.accounts import PHONE
from .files import BadFile, Mistake, Row, rows_of

FIELDS = ("vendor_id", "name", "vat_id", "iban", "other_ibans", "currency", "aliases", "active", "set", "phones")


def load(path: str) -> tuple[int, VendorChange | None]:
    """How many vendors were loaded, and the change that waits if they were not at once; raises `BadFile`."""
    vendors = read(path)
    return len(vendors), change_vendors(vendors=vendors, source="load_vendors")


def read(path: str) -> list[VendorEntry]:
    """The vendors of a file; raises `BadFile` with every mistake in it."""
    mistakes: list[Mistake] = []
    vendors, seen = [], dict[str, int]()
    for number, row in rows_of(path, mistakes):
        vendor = _vendor(row)
        if vendor is None:
            continue
        if vendor.key in seen:
            row.wrong("vendor_id", f"{vendor.key} is on line {seen[vendor.key]} already. Keep one of the two.")
        seen.setdefault(vendor.key, number)
        vendors.append(vendor)
    if mistakes:
        raise BadFile(mistakes)
    return vendors


def _vendor(row: Row) -> VendorEntry | None:
    row.only(*FIELDS)
    key, name = row.text("vendor_id", longest=40), row.text("name")
    vat_id, currency = row.text("vat_id", longest=40, needed=False), row.currency()
    aliases, active, accounts = row.texts("aliases"), row.flag("active", True), _accounts(row)
    phones = _phones(row)
    if key is None or name is None or currency is None:
        return None
    return VendorEntry(
        key=key, name=name, vat_id=vat_id, currency=currency, aliases=aliases, active=active, accounts=accounts,
        phones=phones,
    )  # fmt: skip


def _phones(row: Row) -> tuple[PhoneFacts, ...]:
    numbers = dict.fromkeys(" ".join(number.split()) for number in row.texts("phones"))
    for number in numbers:
        if not PHONE.fullmatch(number):
            row.wrong("phones", f"{number[:40]!r} is not a number to call. Write it as +49 40 555 0137.")
    return tuple(PhoneFacts(number=number) for number in numbers if PHONE.fullmatch(number))


def _accounts(row: Row) -> tuple[AccountFacts, ...]:
    first = row.text("iban", longest=60, needed=False)
    named = [("iban", first), *(("other_ibans", other) for other in row.texts("other_ibans"))]
    accounts: dict[str, AccountFacts] = {}
    for field, account in named:
        if account is None:
            continue
        key = account_key(account)
        if not (key.isascii() and key.isalnum()) or len(key) > 64:
            row.wrong(field, f"{account[:40]!r} is not an account: letters and digits only.")
            continue
        accounts.setdefault(key, AccountFacts(account=key, primary=field == "iban"))
    return tuple(accounts.values())
