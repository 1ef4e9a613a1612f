"""Read a PDF: its embedded XML, its text layer, its images by OCR, and what these disagree on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .findings import suspicious_text
from .hidden import hidden_text
from .hybrid import read_hybrid
from .model import Finding, Found, PageSize, Reading
from .ocr import quality
from .ocr.contradicted import not_shown
from .ocr.sheet import joined
from .ocr.wanted import Looks, Wanted
from .page.words import Sheet, Word
from .pdf import active, margins, pages
from .pdf.attachments import Attachment, attachments
from .pdf.words import Hidden, words_of
from .read_image import of_looks
from .structured import read, safe
from .structured.read import Structured

MOST_WORDS = 60_000  # some seventy dense pages: looking at more would take longer than a document is given
FEWEST_WORDS = 8  # a scan's stamp or a producer's mark is no text layer
LEAST_IMAGE = 0.3  # of the page: a picture that large may be what the page says


@dataclass(frozen=True)
class Contents:
    """All that was taken out of the file, before anything is made of it."""

    words: tuple[Word, ...]
    sizes: tuple[PageSize, ...]
    hidden: tuple[Hidden, ...]
    attached: tuple[Attachment, ...]
    margins: tuple[str, ...]
    active: tuple[str, ...]
    unseen: int = 0  # pages that nobody looked at
    wordless: tuple[int, ...] = ()  # pages that show next to no text, but something
    pictured: tuple[int, ...] = ()  # those of them that are a picture
    coarse: tuple[int, ...] = ()  # and those whose picture is too coarse to be trusted

    @property
    def has_text(self) -> bool:
        return len(self.words) >= FEWEST_WORDS

    @property
    def wanted(self) -> tuple[int, ...]:
        """Pages to be read by OCR: the pictures; of a document without any text whatever shows something."""
        return self.pictured if self.has_text else self.wordless


def read_pdf(data: bytes, facts: Reading, looks: Looks | None = None) -> Reading | Wanted:
    """Raises `Refused` for what the door or PDFium does not let in; wants pages that are images looked at first."""
    with pages.opened(data) as document:
        contents = take_out(data, document)
    structured = [read.read(safe.parse(one.data)) for one in contents.attached if one.is_invoice]
    if contents.wanted and looks is None:
        return Wanted(contents.wanted)
    looks = looks or Looks({}, {})
    reading = _read(contents, structured, looks, replace(facts, pages=contents.sizes))
    return reading.with_findings(_oddities(contents, looks))


def take_out(data: bytes, document: Any) -> Contents:
    """Words, sizes, attachments and oddities of an open PDF."""
    attached = attachments(document)
    words: list[Word] = []
    hidden: list[Hidden] = []
    sizes, wordless, pictured, coarse = [], [], [], []
    looked_at = 0
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
        if len(seen) < FEWEST_WORDS and not pages.is_blank(page):
            wordless.append(index + 1)
            picture = pages.share_of_images(page) > LEAST_IMAGE
            pictured += [index + 1] if picture else []
            coarse += [index + 1] if picture and pages.dots_per_inch(page) < quality.LEAST_DPI else []
    return Contents(
        words=tuple(words),
        sizes=tuple(sizes),
        hidden=tuple(hidden),
        attached=tuple(attached),
        margins=tuple(margins.texts(document)),
        active=tuple(active.signs(data, document)),
        unseen=len(sizes) - looked_at,
        wordless=tuple(wordless),
        pictured=tuple(pictured),
        coarse=tuple(coarse),
    )


def _read(contents: Contents, structured: list[Structured], looks: Looks, facts: Reading) -> Reading:
    seen = looks.of(contents.wanted)
    sheet = joined(contents.words, contents.sizes, seen)
    if structured:
        return read_hybrid(structured, sheet, can_be_seen=contents.has_text or bool(seen), facts=facts)
    reading = replace(facts, kind="pdf-text" if contents.has_text else "pdf-scan")
    if not contents.has_text and not seen:
        sheet = Sheet.of((), contents.sizes)  # a scan's stamp says nothing
    return of_looks(sheet, seen, looks, reading, contents.coarse)


def _oddities(contents: Contents, looks: Looks) -> list[Finding]:
    beside = [Found(" ".join(text.split()), 1.0) for text in contents.margins]
    hidden = not_shown(contents.hidden, looks.of(contents.wanted), contents.sizes)
    found = [*hidden_text(hidden, Sheet.of((), contents.sizes)), *suspicious_text(beside)]
    if contents.unseen:
        total = len(contents.sizes)
        sentence = f"The last {contents.unseen} of {total} pages were not looked at: there is too much text."
        found.append(Finding("low_quality", sentence))
    if contents.active:
        found.append(Finding("active_content", f"The file contains {', '.join(contents.active)}; it is never run."))
    if names := [one.name for one in contents.attached if one.is_dangerous]:
        found.append(Finding("active_content", f"The file carries programs: {', '.join(names)[:200]}."))
    return found
