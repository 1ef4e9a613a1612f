"""A second look at a document that the rules read unsurely: by a model that has no tools, through the gateway."""

from __future__ import annotations

from collections.abc import Collection

from runs.awaiting import StepCall
from tools_registry.tool import ToolCall

from ..extraction import KEY_FIELDS
from ..reading import Reading
from ..reading.refusals import Refused
from .overlay import laid_over
from .pages import Pages
from .pointing import pointed_at
from .prompt import Pointed, by_images, by_words

UNSURE = 0.75  # below it the gate lets nothing pass where no policy says otherwise
PAGED = frozenset({"pdf-text", "pdf-scan", "image"})
SUMS_OFF = "totals_inconsistent"


def second_look(reading: Reading, data: bytes, given: Collection[str], call: ToolCall) -> Reading:
    """The reading with what a model pointed at laid over it; unchanged where it is sure, or nobody may be asked.

    `given` are the fields that a person gave: nobody is asked about those.
    """
    if not isinstance(call, StepCall) or reading.kind not in PAGED or not unsure_fields(reading, given):
        return reading
    pages = Pages(data, reading)
    try:
        return _looked(reading, pages, given, call)
    except Refused:  # its pages cannot be shown a second time: the first reading stands
        return reading


def unsure_fields(reading: Reading, given: Collection[str]) -> list[str]:
    """What a posting rests on and the rules did not find, doubt, or cannot add up."""
    doubted = {name for name in KEY_FIELDS if reading[name].confidence < UNSURE}
    if SUMS_OFF in reading.codes:
        doubted |= {"net_total", "gross_total"}
    return sorted(doubted - set(given))


def _looked(reading: Reading, pages: Pages, given: Collection[str], call: StepCall) -> Reading:
    for make in (by_images, by_words) if pages.are_pictures else (by_words,):
        request = make(pages)
        if call.may_ask_model(request):
            found = call.ask_model(request, Pointed)
            if not found.is_usable or not isinstance(found.value, Pointed):
                return reading
            told, refused = pointed_at(found.value, pages.words)
            return laid_over(reading, told, refused, given)
    return reading
