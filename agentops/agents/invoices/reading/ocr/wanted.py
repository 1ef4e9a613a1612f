"""What a first reading answers when some pages are images: which ones somebody has to look at."""

from __future__ import annotations

from dataclasses import dataclass

from .lines import Look


@dataclass(frozen=True, slots=True)
class Wanted:
    """The pages, from 1, that OCR is asked to read before the document can be."""

    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """What OCR answered; `why_not` of the pages that it could not read."""

    by_page: dict[int, Look]
    why_not: dict[int, str]

    def of(self, pages: tuple[int, ...]) -> tuple[Look, ...]:
        return tuple(self.by_page[page] for page in pages if page in self.by_page)
