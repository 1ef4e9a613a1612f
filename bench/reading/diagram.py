"""A reliability diagram as SVG: what was said, against what was right, in colours that do on light and dark paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from .reliability import Bucket

SIDE, LEFT, TOP, GAP, COLUMNS = 220, 54, 44, 80, 2
STYLE = (
    "text{fill:#7b8794;font:13px system-ui,sans-serif}.n{font-size:11px}.e{fill:none;stroke:#9aa5b1}"
    ".d{stroke:#9aa5b1;stroke-dasharray:4 4}.i{stroke:#3b82c4;stroke-width:1.5}.p{fill:#3b82c4}"
)
TOLD = "Reliability of confidence: for each kind of document the share of right values against the confidence said"


def draw(panels: Sequence[tuple[str, Sequence[Bucket]]]) -> str:
    """One square per kind; dots on the dashed line mean what they say, above it they were too modest."""
    rows = math.ceil(len(panels) / COLUMNS)
    width, height = COLUMNS * (SIDE + GAP) + LEFT, rows * (SIDE + GAP) + TOP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{TOLD}.">',
        f"<style>{STYLE}</style>",
    ]
    for at, (title, found) in enumerate(panels):
        x, y = LEFT + at % COLUMNS * (SIDE + GAP), TOP + at // COLUMNS * (SIDE + GAP)
        parts += [f'<g transform="translate({x} {y})">', *_panel(title, found), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(title: str, found: Sequence[Bucket]) -> list[str]:
    values = sum(one.values for one in found)
    return [
        f'<text x="0" y="-12">{escape(title)}: {values} values</text>',
        f'<rect class="e" width="{SIDE}" height="{SIDE}"/><path class="d" d="M0 {SIDE}L{SIDE} 0"/>',
        *(
            f'<text class="n" x="{share * SIDE:.0f}" y="{SIDE + 16}" text-anchor="middle">{share:g}</text>'
            f'<text class="n" x="-8" y="{SIDE - share * SIDE + 4:.0f}" text-anchor="end">{share:g}</text>'
            for share in (0, 0.5, 1)
        ),
        f'<text class="n" x="{SIDE / 2:.0f}" y="{SIDE + 32}" text-anchor="middle">said</text>',
        f'<text class="n" text-anchor="middle" transform="translate(-38 {SIDE // 2}) rotate(-90)">right</text>',
        *(mark for one in found for mark in _mark(one)),
    ]


def _mark(one: Bucket) -> list[str]:
    """The share that was right with its 95 % interval, and how many values that are."""
    low, high = interval(one.values - one.wrong, one.values)
    x = one.said * SIDE
    return [
        f'<path class="i" d="M{x:.1f} {SIDE * (1 - low):.1f}V{SIDE * (1 - high):.1f}"/>',
        f'<circle class="p" cx="{x:.1f}" cy="{SIDE * (1 - one.right):.1f}" r="{2 + math.log10(one.values):.1f}">'
        f"<title>said {one.said:.2f}, right {one.right:.3f}, {one.values} values</title></circle>",
    ]


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    reach = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, (middle - reach) / (1 + z * z / count)), min(1.0, (middle + reach) / (1 + z * z / count))
