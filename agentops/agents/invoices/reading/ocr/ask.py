"""The caller's side of OCR: page by page from the parse to the worker, within a budget of pages and seconds.

Pages are passed on as bytes and looked at by nobody here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .eye import Blind, Overdue, eye

HEAD_PAGES = 0.75  # of the budget: invoices begin at the front, and their sums stand at the end


@dataclass(frozen=True)
class OcrLimits:
    """What one document may use."""

    pages: int = 20
    seconds: float = 90.0


def looks(pages: Sequence[int], pixels_of: Callable[[int], tuple[int, int, bytes] | str], limits: OcrLimits) -> bytes:
    """What OCR sees on `pages` as JSON; `pixels_of` gives a page's width, height and pixels, or why there are none."""
    chosen = _within(pages, limits.pages)
    why_not = {page: f"more than {limits.pages} pages" for page in pages if page not in chosen}
    found, left = [], limits.seconds
    for page in chosen:
        pixels = pixels_of(page)
        if isinstance(pixels, str) or left <= 0:
            why_not[page] = pixels if isinstance(pixels, str) else f"more than {limits.seconds:.0f} s"
            continue
        width, height, grey = pixels
        try:
            answer, took = eye().look(width, height, grey, left)
        except Blind as error:
            why_not[page], took = str(error), left if isinstance(error, Overdue) else 0.0
        else:
            found.append({**answer, "page": page, "width": width, "height": height})
        left -= took
    return json.dumps({"looks": found, "why_not": why_not}).encode()


def _within(pages: Sequence[int], most: int) -> list[int]:
    """The first pages and the last ones, in order."""
    if len(pages) <= most:
        return [*pages]
    head = max(1, round(HEAD_PAGES * most))
    return [*pages[:head], *pages[len(pages) - (most - head) :]]
