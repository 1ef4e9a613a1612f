"""The drafter without a model: courtesies from templates, facts word for word from what was found."""

from __future__ import annotations

import re

from ..facts import OrderFacts, PassageFacts, Source
from .phrases import order_sentences, phrases_of
from .seam import Draft, Wanted

SENTENCES = 6  # of passages in one reply
_BREAK = re.compile(r"(?<=[.!?])\s+(?=[\"“«¿¡(]?[A-ZÀ-ÞŽŠ0-9])|\n+")


class TemplateDrafter:
    """Quotes; invents nothing."""

    def draft(self, wanted: Wanted) -> Draft:
        """A reply from the order and the passages; a person's own words stand as they are."""
        if wanted.dictated:
            return Draft(wanted.dictated.strip(), sources_of(wanted), "person")
        words = phrases_of(wanted.language)
        sources = sources_of(wanted)
        hello = words.hello_name.format(name=wanted.name) if wanted.name else words.hello
        facts = [_cited(sentences(source), source.number) for source in sources]
        paragraphs = [hello, words.thanks, *facts, words.closing, f"{words.regards}\n{wanted.signature}"]
        return Draft("\n\n".join(paragraphs), sources, "template")


def sources_of(wanted: Wanted) -> tuple[Source, ...]:
    """What the reply may cite, numbered in the order in which it is used."""
    found = []
    if wanted.order and wanted.order.status in phrases_of(wanted.language).order:
        found.append(_order_source(wanted.order, wanted.language))
    found += [_article_source(passage) for passage in wanted.passages]
    return tuple(source.model_copy(update={"number": number}) for number, source in enumerate(found, 1))


def sentences(source: Source) -> list[str]:
    """The sentences of a source, a few at most."""
    return [part.strip() for part in _BREAK.split(source.text) if part.strip()][:SENTENCES]


def _cited(said: list[str], number: int) -> str:
    return " ".join(_with_number(sentence, number) for sentence in said)


def _with_number(sentence: str, number: int) -> str:
    end = sentence[-1] if sentence[-1] in ".!?" else ""
    return f"{sentence.removesuffix(end)} [{number}]{end}"


def _order_source(order: OrderFacts, language: str) -> Source:
    text = " ".join(order_sentences(order, language))
    return Source(number=0, kind="order", ref=order.number, title=f"Order {order.number}", text=text, at="")


def _article_source(passage: PassageFacts) -> Source:
    at = passage.updated_on.isoformat()
    title = f"{passage.key} {passage.title}"
    return Source(number=0, kind="article", ref=passage.key, title=title, text=passage.text, at=at, score=passage.score)
