"""Who sent it and where it wants the money: against the vendor master, which alone is believed."""

from __future__ import annotations

from tools_registry.facts import Check

from ..facts import InvoiceFacts
from ..matching import Match
from ..numbers import account_key, fails_its_check_digits, is_another_kind, vat_key
from ..orders import OrderChoice
from ..vendors import VendorMatch
from ..wording import grouped, masked
from .wording import compared

MISMATCH = "vat_id_mismatch"


def vendor_checks(invoice: InvoiceFacts, found_as: VendorMatch, order: OrderChoice, match: Match | None) -> list[Check]:
    """Is the vendor on file, by more than its name, and is the VAT id its own?"""
    vendor, told = found_as.vendor, found_as.sentence or found_as.note
    contradicted = found_as.code == MISMATCH
    found = [
        compared(
            "vendor on file", "supplier_name", expected=vendor.name if vendor else "a vendor on file",
            found=invoice.supplier_name or "not stated", ok=found_as.code is None or contradicted,
            code=found_as.code or "vendor_unknown", told=told,
        )
    ]  # fmt: skip
    if vendor and vendor.vat_id and invoice.supplier_vat_id:
        same = vat_key(vendor.vat_id) == vat_key(invoice.supplier_vat_id)
        found.append(
            compared(
                "VAT id", "supplier_vat_id", expected=vendor.vat_id, found=invoice.supplier_vat_id,
                ok=same or not contradicted or _is_outweighed(invoice.supplier_vat_id, vendor.vat_id, match),
                code=MISMATCH, told=told,
            )
        )  # fmt: skip
    return [*found, *_by_name_alone(invoice, found_as, order, match)]


def _is_outweighed(stated: str, on_file: str, match: Match | None) -> bool:
    """A number that nobody can have, or one of another kind, speaks for no other company: what was ordered, line by
    line and to the cent, outweighs it. The VAT id of somebody else is for a person to look at."""
    speaks = not fails_its_check_digits(stated) and not is_another_kind(stated, on_file)
    return match is not None and match.exact and not speaks


def _by_name_alone(
    invoice: InvoiceFacts, found_as: VendorMatch, order: OrderChoice, match: Match | None
) -> list[Check]:
    """Anybody can write a name: it takes the VAT id, the account or an order beside it. An order that nobody named
    counts where everything billed agrees with it, since only the two parties know what was ordered."""
    vendor = found_as.vendor
    if vendor is None or set(found_as.found_by) != {"name"}:
        return []
    agrees = order.code is None and match is not None and not match.codes
    told = (
        f"Vendor known by name alone. Nothing else on the document is {vendor.name}'s: no VAT id, account or order "
        "on file."
    )
    return [
        compared(
            "vendor beyond its name", "supplier_name", expected="VAT id, account or order", found="the name alone",
            ok=agrees, code="vendor_by_name_only", told=told,
        )
    ]  # fmt: skip


def account_checks(invoice: InvoiceFacts, found_as: VendorMatch) -> list[Check]:
    """Is the account on the document one of the vendor's?"""
    vendor = found_as.vendor
    if vendor is None:
        return []
    stated, known = account_key(invoice.iban), vendor.account
    shown = masked(stated) if stated else "not stated"
    if known is None:
        told = f"No account on file for this vendor. A vendor manager adds one for {vendor.name}."
        code, expected, ok = "no_account_on_file", "an account on file", False
    else:
        told = (
            f"Account on the invoice is not on file. It asks for {grouped(stated)}; on file for {vendor.name} is "
            f"{grouped(known)}. Payments only go to the account on file. If the change is real, a vendor manager "
            "makes it after a call-back."
        )
        code, expected, ok = "bank_account_changed", masked(known), not stated or vendor.has(stated)
    return [compared("account", "iban", expected=expected, found=shown, ok=ok, code=code, told=told, blocks=True)]
