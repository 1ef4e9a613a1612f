"""How sure a proposal is: as the least sure of the values that decide, the sender weighed together with the master."""

from __future__ import annotations

from decimal import Decimal

from .extraction import Extraction, least_sure
from .matching import Match
from .vendors import VendorMatch

SENDER = "supplier_name"
SAID_IN = {"name": SENDER, "vat_id": "supplier_vat_id", "account": "iban", "order": "order_reference"}


def sureness(read: Extraction, vendor: VendorMatch, match: Match | None) -> Decimal | None:
    """The reading's confidence; a doubt of the sender's name does not count where other signs lead to the same vendor.

    A name that was misread would not be the name of just the vendor whose VAT id, account or order the document shows.
    """
    sender = read.seen[SENDER].confidence if SENDER in read.seen else 0.0
    return least_sure(read.seen, read.deciding, {SENDER: max(sender, _of_sender(read, vendor, match))})


def _of_sender(read: Extraction, vendor: VendorMatch, match: Match | None) -> float:
    """As sure as the surest of several signs that agree; 0 where there is but one."""
    said = [read.seen[field].confidence for sign in vendor.found_by if (field := SAID_IN.get(sign)) in read.seen]
    if len(said) > 1:
        return max(said)
    # An order that nobody named was found by the amounts, so it is no surer than they are.
    return read.seen["net_total"].confidence if said and match is not None and match.agrees else 0.0
