"""A second look at a document that the rules read unsurely: by a model that has no tools, through the gateway."""

from __future__ import annotations

from collections.abc import Collection

from runs.awaiting import StepCall
from tools_registry.tool import ToolCall

from ..extraction import KEY_FIELDS
from ..put_right import LINES
from ..reading import Reading
from ..reading.refusals import Refused
from .overlay import laid_over
from .pages import Pages
from .pointed_lines import with_lines
from .pointing import pointed_at
from .prompt import Pointed, PointedLines, PointedWhole, Shape, by_images, by_words, shape_of

UNSURE = 0.75  # below it the gate lets nothing pass where no policy says otherwise
PAGED = frozenset({"pdf-text", "pdf-scan", "image"})
SUMS_OFF = "totals_inconsistent"


def second_look(reading: Reading, data: bytes, given: Collection[str], call: ToolCall) -> Reading:
    """The reading with what a model pointed at laid over it; unchanged where it is sure, or nobody may be asked.

    `given` are the fields that a person gave: nobody is asked about those.
    """
    shape = shape_of(values=bool(unsure_fields(reading, given)), lines=LINES not in given and unsure_lines(reading))
    if not isinstance(call, StepCall) or reading.kind not in PAGED or shape is None:
        return reading
    pages = Pages(data, reading)
    try:
        return _looked(reading, pages, given, call, shape)
    except Refused:  # its pages cannot be shown a second time: the first reading stands
        return reading


def unsure_fields(reading: Reading, given: Collection[str]) -> list[str]:
    """What a posting rests on and the rules did not find, doubt, or cannot add up."""
    doubted = {name for name in KEY_FIELDS if reading[name].confidence < UNSURE}
    if SUMS_OFF in reading.codes:
        doubted |= {"net_total", "gross_total"}
    return sorted(doubted - set(given))


def unsure_lines(reading: Reading) -> bool:
    """Are there no lines, or lines without an amount, or sums that do not come out?"""
    counted = [line for line in reading.lines if line.counted]
    return not counted or not all(line.line_total for line in counted) or SUMS_OFF in reading.codes


def _looked(reading: Reading, pages: Pages, given: Collection[str], call: StepCall, shape: Shape) -> Reading:
    for make in (by_images, by_words) if pages.are_pictures else (by_words,):
        request = make(pages, shape)
        if call.may_ask_model(request):
            found = call.ask_model(request, shape)
            return _with(found.value, reading, pages, given) if found.is_usable else reading
    return reading


def _with(said: object, reading: Reading, pages: Pages, given: Collection[str]) -> Reading:
    if isinstance(said, Pointed):
        told, refused = pointed_at(said, pages.words)
        reading = laid_over(reading, told, refused, given)
    if isinstance(said, PointedLines | PointedWhole):
        reading = with_lines(reading, said.lines, pages.words)
    return reading
