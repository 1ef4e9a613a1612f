"""Pages with something wrong, so that some readings are wrong too: confidence has to tell them from the others."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from agentops.agents.invoices.reading.page.words import Word

COINS = {"EUR", "€", "CHF", "GBP", "USD", "zł", "PLN", "kr", "kr.", "SEK", "DKK"}


def damaged(words: list[Word], seed: int) -> list[Word]:
    """The page with words lost, moved, scrambled or misprinted; the same seed does the same harm."""
    chance = Random(seed)
    harm = chance.choice((_lost, _moved, _scrambled, _misprinted, _recoined))
    return list(harm(words, chance, chance.choice((0.03, 0.08, 0.15))))


def _lost(words: list[Word], chance: Random, share: float) -> Iterator[Word]:
    yield from (word for word in words if chance.random() > share)


def _moved(words: list[Word], chance: Random, share: float) -> Iterator[Word]:
    for word in words:
        dx, dy = (chance.uniform(-60, 60), chance.uniform(-25, 25)) if chance.random() < share else (0, 0)
        yield replace(word, x0=word.x0 + dx, x1=word.x1 + dx, y0=word.y0 + dy, y1=word.y1 + dy)


def _scrambled(words: list[Word], chance: Random, share: float) -> Iterator[Word]:
    """Labels that nobody knows."""
    for word in words:
        spoilt = chance.random() < 3 * share and word.text[:1].isalpha()
        yield replace(word, text="".join(chance.sample(word.text, len(word.text)))) if spoilt else word


def _misprinted(words: list[Word], chance: Random, share: float) -> Iterator[Word]:
    for word in words:
        places = [at for at, char in enumerate(word.text) if char.isdigit()]
        if places and chance.random() < share:
            at = chance.choice(places)
            word = replace(word, text=word.text[:at] + str(chance.randrange(10)) + word.text[at + 1 :])
        yield word


def _recoined(words: list[Word], chance: Random, share: float) -> Iterator[Word]:
    """Amounts in a second currency beside the first."""
    other = chance.choice(("USD", "EUR", "CHF"))
    for word in words:
        coin = word.text.strip("().:") in COINS and chance.random() < 5 * share
        yield replace(word, text=other) if coin else word
