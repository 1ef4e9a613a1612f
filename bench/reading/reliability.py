"""Whether confidence means what it says, and whether redrawing it would make it truer on documents not seen.

The redrawing tried is isotonic: the monotone steps that lie nearest to what was found right, by pooling neighbours
that are out of order. It is judged on one source of documents at a time, fitted on all the others.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter

from agentops.agents.invoices.reading.page.certainty import LEAST, MOST

from .judged import Given

GATE, SURE = 0.75, 0.95  # the threshold of policies that name none; what nobody would look at twice
EDGES = (0.0, 0.5, 0.75, 0.85, 0.95, 0.98, 1.01)

Pair = tuple[float, bool]  # what was said, and whether that was right
Redraw = Callable[[float], float]


@dataclass(frozen=True)
class Way:
    """A way to redraw confidence: each `group` is fitted by itself, `take` chooses between what was and what is new."""

    group: Callable[[Given], str] = lambda _: ""
    take: Callable[[float, float], float] = lambda _, new: new


WAYS = {
    "one for all": Way(),
    "one for each kind": Way(group=lambda one: one.kind),
    "one for each field": Way(group=lambda one: one.field),
    "one for all, from 0.75 on": Way(take=lambda was, new: max(GATE, new) if was >= GATE else was),
    "one for all, only lower": Way(take=min),
    "one for each field, only lower": Way(group=lambda one: one.field, take=min),
}


@dataclass(frozen=True)
class Bucket:
    """The values of one range of confidence."""

    low: float
    high: float
    values: int
    wrong: int
    said: float  # their mean confidence

    @property
    def right(self) -> float:
        return 1 - self.wrong / self.values


@dataclass(frozen=True)
class Score:
    """How far confidence is from the truth: all but `right_above_gate` are better when smaller."""

    values: int
    wrong: int
    expected_error: float  # mean distance between said and right, over the buckets
    brier: float
    log_loss: float
    wrong_above_gate: int
    wrong_and_sure: int
    right_above_gate: int


def buckets(pairs: Sequence[Pair]) -> list[Bucket]:
    found = []
    for low, high in pairwise(EDGES):
        inside = [pair for pair in pairs if low <= pair[0] < high]
        if inside:
            said = round(sum(one for one, _ in inside) / len(inside), 3)
            found.append(Bucket(low, min(high, 1.0), len(inside), sum(not right for _, right in inside), said))
    return found


def score(pairs: Sequence[Pair]) -> Score:
    count = len(pairs)
    distances = sum(one.values * abs(one.said - one.right) for one in buckets(pairs))
    return Score(
        values=count,
        wrong=sum(not right for _, right in pairs),
        expected_error=distances / count,
        brier=sum((said - right) ** 2 for said, right in pairs) / count,
        log_loss=-sum(math.log(said if right else 1 - said) for said, right in pairs) / count,
        wrong_above_gate=sum(said >= GATE and not right for said, right in pairs),
        wrong_and_sure=sum(said >= SURE and not right for said, right in pairs),
        right_above_gate=sum(said >= GATE and right for said, right in pairs),
    )


def held_out(given: Sequence[Given], way: Way) -> dict[str, list[Pair]]:
    """Per source its values as redrawn by what was fitted, group by group, on the other sources alone.

    A group that no other source has stays as it is.
    """
    return {source: _without(source, given, way) for source in sorted({one.source for one in given})}


def _without(source: str, given: Sequence[Given], way: Way) -> list[Pair]:
    others: dict[str, list[Pair]] = {}
    for one in given:
        if one.source != source:
            others.setdefault(way.group(one), []).append((one.confidence, one.right))
    redraw = {name: isotonic(pairs) for name, pairs in others.items()}
    own = [one for one in given if one.source == source]
    drawn = [redraw.get(way.group(one), _as_it_is)(one.confidence) for one in own]
    return [(way.take(one.confidence, new), one.right) for one, new in zip(own, drawn, strict=True)]


def _as_it_is(said: float) -> float:
    return said


def isotonic(pairs: Iterable[Pair]) -> Redraw:
    """Steps that only rise; a step that was never wrong is still no certainty."""
    steps: list[tuple[float, int, int]] = []  # where it begins, how many were right, how many there were
    for said, alike in groupby(sorted(pairs), key=itemgetter(0)):
        rights = [right for _, right in alike]
        steps.append((said, sum(rights), len(rights)))
        while len(steps) > 1 and steps[-2][1] * steps[-1][2] >= steps[-1][1] * steps[-2][2]:
            _, more, others = steps.pop()
            begins, good, count = steps.pop()
            steps.append((begins, good + more, count + others))
    begins_at = [begins for begins, _, _ in steps]
    levels = [min(MOST, max(LEAST, good / count)) for _, good, count in steps]
    return lambda said: levels[max(0, bisect_right(begins_at, said) - 1)]
