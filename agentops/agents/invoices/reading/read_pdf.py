"""Read a PDF: its embedded XML if it has one, its text layer if it has one, and what the two disagree on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .compare import differences, located
from .findings import suspicious_text
from .hidden import hidden_text
from .model import Finding, Found, PageSize, Reading
from .page.read import read_sheet
from .page.words import Sheet, Word
from .pdf import active, margins, pages
from .pdf.attachments import Attachment, attachments
from .pdf.words import Hidden, words_of
from .read_image import unread
from .read_xml import as_reading
from .structured import read, safe
from .structured.read import Structured

MOST_WORDS = 60_000  # some seventy dense pages: looking at more would take longer than a document is given
FEWEST_WORDS = 8  # a scan's stamp or a producer's mark is no text layer


@dataclass(frozen=True)
class Contents:
    """All that was taken out of the file, before anything is made of it."""

    sheet: Sheet
    hidden: tuple[Hidden, ...]
    attached: tuple[Attachment, ...]
    margins: tuple[str, ...]
    active: tuple[str, ...]
    unseen: int = 0  # pages that nobody looked at


def read_pdf(data: bytes, facts: Reading) -> Reading:
    """Raises `Refused` for what the door or PDFium does not let in."""
    with pages.opened(data) as document:
        contents = _take_out(data, document)
    reading = replace(facts, pages=contents.sheet.pages)
    structured = [read.read(safe.parse(one.data)) for one in contents.attached if one.is_invoice]
    reading = _read(contents, structured, reading)
    return reading.with_findings(_oddities(contents))


def _take_out(data: bytes, document: Any) -> Contents:
    attached = attachments(document)
    words: list[Word] = []
    hidden: list[Hidden] = []
    sizes, looked_at = [], 0
    for index in range(len(document)):
        page = pages.page_of(document, index)
        pages.check_pixels(page)
        sizes.append(PageSize(*map(float, page.get_size())))
        if len(words) + len(hidden) > MOST_WORDS:
            continue
        looked_at += 1
        seen, unseen = words_of(page, index + 1)
        words += seen
        hidden += unseen
    return Contents(
        sheet=Sheet.of(words, sizes),
        hidden=tuple(hidden),
        attached=tuple(attached),
        margins=tuple(margins.texts(document)),
        active=tuple(active.signs(data, document)),
        unseen=len(sizes) - looked_at,
    )


def _read(contents: Contents, structured: list[Structured], facts: Reading) -> Reading:
    has_text = sum(len(row.words) for row in contents.sheet.rows) >= FEWEST_WORDS
    if structured:
        return _hybrid(contents.sheet, structured, has_text, facts)
    if not has_text:
        return unread(replace(facts, kind="pdf-scan"))
    return read_sheet(contents.sheet, replace(facts, kind="pdf-text"))


def _hybrid(sheet: Sheet, structured: list[Structured], has_text: bool, facts: Reading) -> Reading:
    """The XML is what is read; the page is what people see, so the two must agree."""
    first, *others = structured
    reading = replace(as_reading(first, facts), kind="hybrid-pdf")
    if others:
        reading = reading.with_findings([_several(structured)])
    if not has_text:
        return reading
    printed = read_sheet(sheet, facts)
    reading = replace(reading, fields=located(reading.fields, printed, sheet))
    kept = [one for one in printed.findings if one.code in ("prompt_injection", "multiple_invoices", "not_an_invoice")]
    return reading.with_findings([*differences(reading.fields, printed, sheet), *kept])


def _several(structured: list[Structured]) -> Finding:
    numbers = ", ".join(str(one.fields["invoice_number"].value) for one in structured)
    return Finding(
        "xml_page_mismatch", f"The file carries {len(structured)} invoice XMLs ({numbers}); which one counts?"
    )


def _oddities(contents: Contents) -> list[Finding]:
    beside = [Found(" ".join(text.split()), 1.0) for text in contents.margins]
    found = [*hidden_text(contents.hidden, contents.sheet), *suspicious_text(beside)]
    if contents.unseen:
        total = len(contents.sheet.pages)
        sentence = f"The last {contents.unseen} of {total} pages were not looked at: there is too much text."
        found.append(Finding("low_quality", sentence))
    if contents.active:
        found.append(Finding("active_content", f"The file contains {', '.join(contents.active)}; it is never run."))
    if names := [one.name for one in contents.attached if one.is_dangerous]:
        found.append(Finding("active_content", f"The file carries programs: {', '.join(names)[:200]}."))
    return found
