"""Phrases for tables: several in one text, and composed ones where a language composes them."""

from __future__ import annotations

from itertools import product


def words(text: str) -> list[str]:
    return text.split("|")


_OF = words("|de|della|di|d|de la|du|del|da|do|van|van de")


def compose(heads: list[str], tails: list[str]) -> list[str]:
    """number + of + head, head + number, and written together."""
    spaced = [f"{head} {tail}" for head, tail in product(heads, tails)]
    joined = [f"{head.replace(' ', '')}{tail}" for head, tail in product(heads, tails) if len(tail) > 1]
    turned = [f"{tail} {of} {head}" for tail, of, head in product(tails, _OF, heads)]
    return [*spaced, *joined, *turned]
