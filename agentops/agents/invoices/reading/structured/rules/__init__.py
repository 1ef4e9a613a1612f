"""The business rules of EN 16931 and XRechnung for e-invoices, in CII and in UBL.

Why they are written here, and not run as the published Schematron: measured with saxonche (GraalVM) on two cores,
a compiled stylesheet answers in 2 to 15 ms, but the library maps 34 GB of addresses, so a child cannot live under
its limit of 800 MB; it holds 180 MB in every helper; its garbage collector's thread does not survive the fork that
each document is read in; and compiling in a fresh process takes half a second, ten times what a document may cost.
The rules here take about a millisecond, say in a sentence what is wrong, name the figures and the place. The
published rules are the oracle instead: the tests break invoices on purpose and hold both to the same rule ids.

Not here: rules about the XML's own form (CII-SR, CII-DT, UBL-SR, UBL-DT, UBL-CR), which the schema covers for the
most part, and Peppol's national ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from . import codes, conditions, decimals, from_cii, from_ubl, present, sums, tax, xrechnung
from .profiles import Profile, profile_of
from .terms import Invoice
from .tree import Node
from .violation import Violation

__all__ = ["Profile", "Violation", "violations"]


def violations(root: Any, profile: Profile | None = None) -> list[Violation]:
    """What the invoice below `root` breaks of its own profile's rules, or of `profile`'s."""
    tree = Node(root)
    if tree.name not in ("CrossIndustryInvoice", "Invoice", "CreditNote"):
        return []  # ZUGFeRD 1 and UBL debit notes: no such rules
    invoice = (from_cii if tree.name == "CrossIndustryInvoice" else from_ubl).invoice(tree)
    return list(_all(invoice, profile or profile_of(invoice.guideline, tree.name)))


def _all(invoice: Invoice, profile: Profile) -> Iterator[Violation]:
    lines, full = profile.has_lines, profile.is_full
    return chain(
        present.check(invoice, with_lines=lines, full=full),
        conditions.check(invoice, with_lines=lines, full=full),
        sums.check(invoice, with_lines=lines, full=full, extended=profile is Profile.EXTENDED),
        tax.check(invoice, with_lines=lines) if full else (),
        decimals.check(invoice),
        codes.check(invoice),
        xrechnung.check(invoice) if profile is Profile.XRECHNUNG else (),
    )
