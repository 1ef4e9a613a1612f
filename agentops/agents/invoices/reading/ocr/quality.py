"""What a person should know about how well a page could be read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from statistics import median

from ..model import Finding
from .lines import Look
from .wanted import Looks

LEAST_SCORE = 0.9  # the mean over a page's characters; a clean scan has 0.98
LEAST_HEIGHT = 13.0  # pixels of a line with its margin: at 60 dpi figures melt into one another
LEAST_DPI = 100.0  # offices scan at 150 and more
FEWEST_LINES = 3


def findings(looks: Sequence[Look], coarse: Collection[int] = ()) -> list[Finding]:
    """`coarse` are pages known to have too few dots, whatever they were drawn with."""
    return [one for look in looks for one in _of_page(look, look.page in coarse)]


def unread_pages(looks: Looks) -> list[Finding]:
    if not looks.why_not:
        return []
    pages = ", ".join(str(page) for page in sorted(looks.why_not)[:12])
    reasons = ", ".join(sorted(set(looks.why_not.values())))
    return [Finding("low_quality", f"Nobody read page {pages}, which holds an image and no text ({reasons}).")]


def _of_page(look: Look, is_coarse: bool) -> list[Finding]:
    if len(look.lines) < FEWEST_LINES:
        return []
    letters = sum(len(line.scores) for line in look.lines)
    score = sum(sum(line.scores) for line in look.lines) / max(1, letters)
    height = median(line.height for line in look.lines)
    if score >= LEAST_SCORE and height >= LEAST_HEIGHT and not is_coarse:
        return []
    why = "it has too few dots to the inch" if is_coarse or height < LEAST_HEIGHT else "its type is blurred or faint"
    return [Finding("low_quality", f"Page {look.page} is a poor image: {why}. Compare what was read with the page.")]
