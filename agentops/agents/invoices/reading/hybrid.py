"""A PDF with its invoice as XML inside: the XML is what is read, the page is what people see, so the two must agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .compare import differences, located, same
from .model import FIELDS, Finding, Reading
from .page.read import read_sheet
from .page.words import Sheet
from .read_xml import as_reading
from .structured.read import Structured

KEPT = ("prompt_injection", "multiple_invoices", "not_an_invoice")  # findings about the page that hold for the whole
NOT_COMPARED = Finding(
    "low_quality", "The pages are images that could not be read, so nobody compared them with the embedded XML."
)


def read_hybrid(structured: Sequence[Structured], sheet: Sheet, *, can_be_seen: bool, facts: Reading) -> Reading:
    """The first XML's values with their places on the page; `can_be_seen` is False for pages without any words."""
    said = structured[0]
    reading = replace(as_reading(said, facts), kind="hybrid-pdf").with_findings(contradicting(structured))
    if not can_be_seen:
        return reading.with_findings([NOT_COMPARED])
    printed = read_sheet(sheet, facts)
    found = [*_kinds(said, reading, printed), *differences(reading, printed, sheet)]
    kept = [one for one in printed.findings if one.code in KEPT]
    reading = replace(reading, fields=located(reading.fields, printed, sheet))
    return reading.with_findings([*found, *kept])


def _kinds(said: Structured, reading: Reading, printed: Reading) -> list[Finding]:
    """A page that gives money back, and an XML that asks for it; a self-billed invoice is titled like that as well."""
    asks = reading.document_type == "invoice" and (reading.amount("gross_total") or 0) > 0
    if not asks or said.self_billed or printed.document_type != "credit_note":
        return []
    return [Finding("xml_page_mismatch", "The page is a credit note, the embedded XML an invoice.", "document_type")]


def contradicting(structured: Sequence[Structured]) -> list[Finding]:
    """A finding if the file carries several invoice XMLs that do not say the same: nobody knows which one counts."""
    first, *others = structured
    different = sorted({name for other in others for name in _differing(first, other)})
    if not different:
        return []
    numbers = ", ".join(str(one.fields["invoice_number"].value)[:60] for one in structured[:10])
    what = ", ".join(name.replace("_", " ") for name in different)
    told = f"The file carries {len(structured)} invoice XMLs ({numbers}) that differ in {what}; which one counts?"
    return [Finding("xml_page_mismatch", told)]


def _differing(one: Structured, other: Structured) -> list[str]:
    different = [] if one.document_type == other.document_type else ["document type"]
    for name in FIELDS:
        mine, theirs = one.fields[name].value, other.fields[name].value
        if mine is not None and theirs is not None and not same(name, mine, theirs):
            different.append(name)
    totals = [[line.line_total.value for line in each.lines] for each in (one, other)]
    return different + (["lines"] if all(totals) and totals[0] != totals[1] else [])
