"""Dates in the places of labels' values; which of two small numbers is the day is decided later."""

from __future__ import annotations

from dataclasses import dataclass

from . import lexicon, tokens
from .label_weight import GENERIC, weight_of
from .labels import Label, Labels, Place

_WORDS = "on am vom le du den the of is il el di de del by bis zum"
# What may stand between a label and its date without saying what it is the date of.
_TO_A_DATE = frozenset(_WORDS.split())
_EARLY = ("skonto", "discount", "escompte", "sconto", "korting", "descuento", "rabatt")


@dataclass(frozen=True)
class DayCandidate:
    """A date in the place of a label's value; its reading waits for the document's order of day and month."""

    token: tokens.DayToken
    score: float
    label: Label | None = None


def day_candidates(labels: Labels, concept: str) -> list[DayCandidate]:
    """The dates that labels of `concept` have in the places of their values, best first."""
    found: list[DayCandidate] = []
    for label in labels.of(concept):
        for place in labels.places(label):
            near = [token for token in tokens.days(place.words, compact=True) if _close(place, token)]
            if near:
                weight = weight_of(concept, label, labels) * (0.4 if _is_for_discount(place, near[0]) else 1.0)
                weight *= 0.5 if _is_of_something(place, near[0]) else 1.0
                found.append(DayCandidate(near[0], weight * place.fit, label))
                break
    return sorted(found, key=lambda one: -one.score)


def _close(place: Place, token: tokens.DayToken) -> bool:
    """The date comes first, or after a word or two such as `on`; after a mere preposition it must be next."""
    before = place.words.index(token.words[0])
    return before <= (0 if GENERIC["issue_date"].get(place.label.phrase, 1.0) <= 0.4 else 3)


def _is_of_something(place: Place, token: tokens.DayToken) -> bool:
    """ "Date debut: 1/12/2019": the word between label and date says what it is the date of."""
    between = place.words[: place.words.index(token.words[0])]
    told = [part for word in between for part in lexicon.tokens(word.text) if part.isalpha() and part not in _TO_A_DATE]
    return bool(told) and not place.label.has_colon and place.label.phrase in GENERIC["issue_date"]


def _is_for_discount(place: Place, token: tokens.DayToken) -> bool:
    """ "Until 3 May 2 % discount" is not the day when payment is due."""
    start = place.words.index(token.words[-1]) + 1
    after = " ".join(word.text.lower() for word in place.words[start : start + 7])
    return any(word in after for word in _EARLY)
