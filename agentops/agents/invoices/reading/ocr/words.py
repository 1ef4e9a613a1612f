"""From OCR's lines to the words of a sheet: turned upright, straightened, split where a blank or a gap is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import radians
from statistics import median

from ..model import PageSize
from ..page.frames import Frame
from ..page.words import Word
from .figures import repaired
from .glued import cuts
from .lines import Look, TextLine
from .meant import meant

TYPE_POINTS = 9.0  # the usual size of type: how large an image's points are, whatever its resolution says
PAPER_WIDTH, LEAST_PAGE = 595.0, 430.0  # points
PORTRAIT = 1.2, 1.6  # height to width: letter and A4, with some margin
INK = 0.75  # of a line's box is the height of its type; the rest is margin that OCR leaves around it
WIDE_TYPE = 1.5  # of the distance between its characters: the least size of type
MARGINS = 0.18, 0.15  # left and right of a line's ink, of its box's height
FEWEST_WIDE = 4
BLANK = 0.3  # of a line's height: the least room between two words
NEAR = 1.2  # of the distance between characters: as much more than a letter's distance is still one blank
WIDE_GAP = 0.8  # of a line's height: between two columns, though nothing was printed between them
LONG = 5.0  # of a line's height: long enough to tell its slope
FEWEST_FANNED = 8
LEAST_FAN = 0.02  # radians from the top of the page to its bottom
Run = tuple[str, int, int]
_PUNCTUATION = str.maketrans("（）：，。；％－＃／＊＋＝！？【】、．＆＠￥—～′｜", "():,.;%-#/*+=!?[],.&@¥-~'|")


def words_of(look: Look, size: PageSize | None = None) -> tuple[list[Word], PageSize, Frame]:
    """The words, the size of the page as it is read, and the way back; `size` as shown, of a page that knows it."""
    frame = frame_of(look, size)
    words = [word for line in look.lines for word in _words(line, look.page, frame)]
    return words, PageSize(frame.width * frame.scale, frame.height * frame.scale), frame


def frame_of(look: Look, size: PageSize | None) -> Frame:
    width, height = look.upright
    scale = size.width / look.width if size is not None else _scale(look)
    lines = [line for line in look.lines if line.width > LONG * line.height]
    return Frame(width, height, look.turn, radians(look.lean), _fan(lines, height), scale)


def _scale(look: Look) -> float:
    """Points per pixel, of an image that does not know: a page is as wide as paper, all else goes by its type."""
    width, height = look.upright
    by_type = TYPE_POINTS / (INK * median([line.height for line in look.lines] or [TYPE_POINTS / INK]))
    is_page = PORTRAIT[0] < height / width < PORTRAIT[1] and width * by_type > LEAST_PAGE
    return PAPER_WIDTH / width if is_page else by_type


def _fan(lines: Sequence[TextLine], height: int) -> float:
    """How much the base lines' slope changes per pixel downwards: a photo taken from the side."""
    if len(lines) < FEWEST_FANNED:
        return 0.0
    places = [line.at(0.5)[1] - height / 2 for line in lines]
    middle, slope = sum(places) / len(lines), sum(line.slope for line in lines) / len(lines)
    spread = sum((place - middle) ** 2 for place in places) or 1.0
    fan = sum((place - middle) * (line.slope - slope) for place, line in zip(places, lines, strict=True)) / spread
    return fan if abs(fan) * height > LEAST_FAN else 0.0


def _words(line: TextLine, page: int, frame: Frame) -> Iterator[Word]:
    runs = list(_runs(line))
    pitch = _pitch(line, runs)
    # Type set wide, as a typewriter's is, is larger than its ink is high.
    wide = WIDE_TYPE * pitch * line.width if len(line.places) >= FEWEST_WIDE else 0.0
    size = max(INK * line.height, wide) * frame.scale
    middle = frame.straight(*line.at(0.5))[1]
    for run, before, after, score in _placed(line, runs, pitch):
        x0, x1 = (frame.straight(*line.at(place))[0] for place in (before, after))
        for part, left, right in _split(run, x0, max(x1, x0 + 1), size):
            as_label = meant(part, score)
            text = repaired(part)
            yield Word(text, left, middle - size / 2, right, middle + size / 2, page, size, score,
                       "" if as_label == part else as_label)  # fmt: skip


def _split(text: str, x0: float, x1: float, size: float) -> Iterator[tuple[str, float, float]]:
    """The word, or its parts where a blank was lost, with a blank's room between them."""
    places = [0, *cuts(text), len(text)]
    unit = (x1 - x0) / len(text)
    for start, end in pairwise(places):
        left = x0 + start * unit + (BLANK * size / 2 if start else 0.0)
        yield text[start:end], left, max(left + 1, x0 + end * unit - (BLANK * size / 2 if end < len(text) else 0.0))


def _placed(line: TextLine, runs: list[Run], pitch: float) -> Iterator[tuple[str, float, float, float]]:
    """Each word with its left and right edge as fractions of the line's width, and its score."""
    unit = line.height / max(1.0, line.width)
    near = NEAR * pitch + BLANK * unit
    for number, (text, first, last) in enumerate(runs):
        score = _sureness(text, line.scores[first : last + 1], line.score)
        before = line.places[first] - pitch / 2 if first else MARGINS[0] * unit
        after = line.places[last] + pitch / 2 if last < len(line.places) - 1 else 1 - MARGINS[1] * unit
        # Where a character stands is known to a third of its width: a blank is a blank, not a gutter.
        if number and line.places[first] - line.places[first - 1] < pitch + near:
            before = (line.places[first] + line.places[first - 1]) / 2 + BLANK * INK * unit / 2
        if number + 1 < len(runs) and line.places[last + 1] - line.places[last] < pitch + near:
            after = (line.places[last + 1] + line.places[last]) / 2 - BLANK * INK * unit / 2
        yield text, before, after, score


def _sureness(text: str, scores: Sequence[float], usual: float) -> float:
    """Of the least sure letter, digit, point or comma: other marks do not change what a word says."""
    told = [score for char, score in zip(text, scores, strict=False) if char.isalnum() or char in ".,"]
    return min(told or scores, default=usual)


def _pitch(line: TextLine, runs: list[Run]) -> float:
    """The usual distance between the middles of neighbours in a word, as a fraction of the line's width."""
    apart = [line.places[at + 1] - line.places[at] for _, first, last in runs for at in range(first, last)]
    return median(apart) if apart else INK * line.height / max(1.0, line.width) / 2


def _runs(line: TextLine) -> Iterator[Run]:
    """Each word with the numbers of its first and last character, counted without blanks."""
    text = unicodedata.normalize("NFC", line.text.translate(_PUNCTUATION))
    if len("".join(text.split())) != len(line.places):  # places that do not fit the text cannot split it
        if whole := "".join(text.split()):
            yield whole, 0, max(0, len(line.places) - 1)
        return
    start = 0
    for part in text.split():
        end = start + len(part) - 1
        yield from _parted(line, part, start, end)
        start = end + 1


def _parted(line: TextLine, part: str, start: int, end: int) -> Iterator[Run]:
    """The word, or two where its characters stand as far apart as columns do."""
    widest = WIDE_GAP * line.height / max(1.0, line.width)
    first = start
    for index in range(start + 1, end + 1):
        if line.places[index] - line.places[index - 1] > 2 * widest:
            yield part[first - start : index - start], first, index - 1
            first = index
    yield part[first - start :], first, end
