"""The document beside the proposal: its pages with a box for each value, or its fields where it has no pages.

An agent that reads documents answers `subject(run_id)` with `document` (`sha256`, `name`, `pages` as width
and height) and `fields` (`name`, `label`, `value`, `page`, `box` in fractions of the page, from the top left).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agentops.web.documents.cached import PARTS
from agentops.web.documents.finding import Hit

WIDTH = 1000
CROP_WIDTH, CROP_HEIGHT = 420, 56


@dataclass(frozen=True)
class Box:
    """Where a value stands, in the page's coordinates."""

    field: str
    label: str
    tone: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Sheet:
    """One page."""

    number: int
    width: int
    height: int
    boxes: list[Box]
    hits: list[Box] = field(default_factory=list)  # what a search lit


@dataclass(frozen=True)
class Crop:
    """The piece of a page around one value, in the page's coordinates."""

    page: int
    sheet_height: int
    box: Box
    x: int
    y: int
    width: int
    height: int

    @property
    def view_box(self) -> str:
        return f"{self.x} {self.y} {self.width} {self.height}"


@dataclass(frozen=True)
class Paper:
    """One document."""

    sha256: str
    name: str
    kind: str
    sheets: list[Sheet]
    values: list[dict[str, Any]]

    @property
    def crops(self) -> dict[str, Crop]:
        """The piece of the page behind each value, by field; the first place where there are several."""
        found: dict[str, Crop] = {}
        for sheet in self.sheets:
            for box in sheet.boxes:
                found.setdefault(box.field, _crop(sheet, box))
        return found


def paper_of(subject: Mapping[str, Any], fields: Iterable[Mapping[str, Any]]) -> Paper | None:
    """The document of a run; None where its agent reads none."""
    document = subject.get("document")
    if not document:
        return None
    tones = {str(row["name"]): str(row.get("state") or "") for row in fields}
    spots = [*subject.get("fields", ()), *_lines(subject)]
    pages = document.get("pages") or []
    return Paper(
        sha256=str(document.get("sha256") or ""),
        name=str(document.get("name") or "Document"),
        kind=str(document.get("kind") or ""),
        sheets=[_sheet(number, page, spots, tones) for number, page in enumerate(pages, 1)],
        values=[dict(row) for row in subject.get("fields", ())],
    )


def _sheet(number: int, page: Any, spots: Iterable[Mapping[str, Any]], tones: Mapping[str, str]) -> Sheet:
    wide, high = _size(page)
    height = round(WIDTH * high / wide) if wide else WIDTH
    boxes = [_box(spot, tones, height) for spot in spots if spot.get("page") == number and spot.get("box")]
    return Sheet(number, WIDTH, height, boxes)


def _size(page: Any) -> tuple[float, float]:
    if isinstance(page, Mapping):
        return float(page.get("width") or 0), float(page.get("height") or 0)
    wide, high = page
    return float(wide), float(high)


def _box(spot: Mapping[str, Any], tones: Mapping[str, str], height: int) -> Box:
    x0, y0, x1, y1 = (float(part) for part in spot["box"])
    name = str(spot.get("name") or "")
    tone = tones.get(name, "")
    return Box(
        field=name,
        label=str(spot.get("label") or name),
        tone=tone if tone in ("bad", "warn") else "",
        x=round(x0 * WIDTH) - 4,
        y=round(y0 * height) - 4,
        width=round((x1 - x0) * WIDTH) + 8,
        height=round((y1 - y0) * height) + 8,
    )


def light(paper: Paper, hits: Iterable[Hit]) -> None:
    """Put what was found onto its pages."""
    pages = {sheet.number: sheet for sheet in paper.sheets}
    for hit in hits:
        if sheet := pages.get(hit.page):
            wide, high = sheet.width / PARTS, sheet.height / PARTS
            corner = round(hit.x0 * wide) - 2, round(hit.y0 * high) - 2
            size = round((hit.x1 - hit.x0) * wide) + 4, round((hit.y1 - hit.y0) * high) + 4
            sheet.hits.append(Box("", "", "", *corner, *size))


def _crop(sheet: Sheet, box: Box) -> Crop:
    """Wide enough to show the words beside the value, so that its label is seen with it."""
    width = min(sheet.width, max(CROP_WIDTH, box.width + 120))
    height = min(sheet.height, max(CROP_HEIGHT, box.height + 24))
    x = min(max(0, box.x + box.width // 2 - width * 2 // 3), sheet.width - width)
    y = min(max(0, box.y + box.height // 2 - height // 2), sheet.height - height)
    return Crop(sheet.number, sheet.height, box, x, y, width, height)


def _lines(subject: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {**line, "name": f"line{line.get('position')}", "label": f"Line {line.get('position')}"}
        for line in subject.get("lines", ())
    ]
