"""Who sends the invoice and who gets it: blocks, letterheads, return addresses and footers, weighed together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from . import identifiers, lexicon
from .blocks import CONTACT, Block, is_label, labelled_blocks, window_block
from .doctype import is_title
from .fields import Candidate
from .labels import Label, Labels
from .names import cut_name, has_legal_form, text_of
from .words import Segment, Sheet, Word, fold

LEAST = 0.3
GUTTER = 2.0  # of the type's size
FLUSH, BELOW = 6.0, 3.5  # points; of the type's size: what stands in the buyer's column and near its address
_COPYRIGHT = re.compile(r"^(?:\(c\)|©|copyright)", re.IGNORECASE)
_BANK = re.compile(r"bank\b|sparkasse|\bbanque\b|\bbanca\b|\bbanco\b|\bcredit agricole\b|\bcaixa")
_SEPARATOR = re.compile(r"\s*[•●·|∙▪■◦]\s*|\s[-–—]\s")
_PAYEE = {("beneficiary",), ("beneficiaire",), ("beneficiario",), ("begunstigter",), ("begunstigde",), ("payee",),
          ("zahlungsempfanger",)}  # fmt: skip
_DOMAIN = re.compile(r"(?:@|www\.|https?://)([a-z0-9.-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Parties:
    """The supplier's candidates, best first, and the buyer's name."""

    suppliers: tuple[Candidate, ...]
    buyer: Candidate | None
    blocks: tuple[Block, ...]
    ends: tuple[Word, ...] = ()  # the first words of the last lines of the buyer's address

    def is_buyers(self, word: Word) -> bool:
        return any(block.holds(word) for block in self.blocks if block.role in ("buyer", "shipping"))

    def is_below_buyers(self, word: Word) -> bool:
        """In the buyer's column and right under its address, a blank line or two between: part of that, too."""
        return any(
            end.page == word.page and abs(end.x0 - word.x0) < FLUSH and 0 < word.y0 - end.y1 < BELOW * end.size
            for end in self.ends
        )

    def is_sellers(self, word: Word) -> bool:
        return any(block.holds(word) for block in self.blocks if block.role == "seller")


def find_parties(sheet: Sheet, labels: Labels) -> Parties:
    blocks = (*labelled_blocks(sheet, labels), *window_block(sheet, labels))
    buyers = [block for block in blocks if block.role == "buyer" and block.name]
    buyer = Candidate(text_of(buyers[0].name), buyers[0].name, 0.8) if buyers else None
    found = list(_confirmed(list(_suppliers(sheet, labels, blocks))))
    named = [one for one in _fuller(found) if one.score > LEAST]
    suppliers = sorted(named, key=lambda one: -one.score)
    return Parties(tuple(suppliers), buyer, blocks, tuple(_ends(sheet, buyers)))


def _ends(sheet: Sheet, buyers: list[Block]) -> Iterator[Word]:
    for block in buyers:
        inside = [segment.words[0] for row in sheet.rows for segment in row.segments if block.holds(segment.words[0])]
        yield from inside[-1:]


def _suppliers(sheet: Sheet, labels: Labels, blocks: tuple[Block, ...]) -> Iterator[Candidate]:
    context = _Context(sheet, blocks)
    for block in blocks:
        if block.role == "seller" and block.name and (words := cut_name(block.name)):
            yield Candidate(text_of(words), words, 1.15 + context.bonus(words), block.heading)
    for row in sheet.rows:
        if row.page not in (1, len(sheet.pages)):
            continue
        for segment in row.segments:
            if is_label(segment, labels) and not has_legal_form(segment.text):
                continue
            words = cut_name(_behind_label(segment, labels))
            score = context.score(segment, words) if words else 0.0
            if score > 0.1:
                yield Candidate(text_of(words), words, score)
    for label in labels.of("party_name"):
        if "kontoinhaber" in label.phrase or len(label.phrase) > 1 or _names_the_payee(label, labels):
            for place in labels.places(label):
                words = cut_name(_one_cell(place.words))
                if place.fit > 0.85 and words and not context.is_buyers(words[0]) and not _is_title(text_of(words)):
                    yield Candidate(text_of(words), words, 0.5 + context.bonus(words), label)


def _one_cell(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Up to the next column."""
    ends = (at for at, (one, other) in enumerate(pairwise(words), 1) if other.x0 - one.x1 > GUTTER * one.size)
    return words[: next(ends, len(words))]


def _names_the_payee(label: Label, labels: Labels) -> bool:
    """ "Beneficiary", and in the row below it "Name: ..."."""
    above = labels.sheet.rows[max(0, label.row.index - 2) : label.row.index]
    heads = [one for row in above for one in labels.in_row(row) if one.phrase in _PAYEE and one.fills_segment]
    near = [one for one in heads if one.row.page == label.row.page and abs(one.x0 - label.x0) < 4 * label.size]
    return label.has_colon and (bool(near) or label.phrase in _PAYEE)


def _confirmed(found: list[Candidate]) -> Iterator[Candidate]:
    """Who holds the account and stands in the letter's head or foot as well is the sender: both count."""
    for one in found:
        beside = [other.score for other in found if other.label is None and _key(other.value) == _key(one.value)]
        is_holder = one.label is not None and "party_name" in one.label.concepts
        yield replace(one, score=one.score + max(beside)) if is_holder and beside else one


def _behind_label(segment: Segment, labels: Labels) -> tuple[Word, ...]:
    """ "Account name: Contoso Ltd": what the label names."""
    for label in labels.in_row_of(segment):
        if label.words[0] is segment.words[0] and label.has_colon and "party_name" in label.concepts:
            return tuple(word for word in segment.words if word.x0 > label.x1)
    return segment.words


def _fuller(found: list[Candidate]) -> Iterator[Candidate]:
    """Of "Alphabet" and "Alphabet Fleet GmbH" the second is the name, with the merits of both."""
    for one in found:
        short = [other.score for other in found if _begins(one.value, other.value)]
        # Without a legal form it must be said twice, or spell out a logo of one word.
        proper = has_legal_form(one.value) or sum(other.value == one.value for other in found) > 1
        proper = proper or any(_spells_out(one.value, other.value) for other in found)
        yield replace(one, score=max(one.score, max(short) + 0.05)) if short and proper else one


def _spells_out(long: str, logo: str) -> bool:
    words = long.split()
    names = all(
        word[:1].isupper() or word in ("&", "+", "und", "and", "et", "e", "y", "en", "i", "og") for word in words
    )
    return " " not in logo and 1 < len(words) <= 5 and names and fold(words[0]) == fold(logo)


def _begins(long: str, short: str) -> bool:
    """The short one is the name's beginning, or its end where a logo sets the first word apart."""
    one, other = fold(short), fold(long)
    begins = other.startswith(one + " ") and not has_legal_form(short)
    return len(one) < len(other) and (begins or (other.endswith(" " + one) and other.count(" ") <= one.count(" ") + 2))


class _Context:
    """What the rest of the page says about a name."""

    def __init__(self, sheet: Sheet, blocks: tuple[Block, ...]) -> None:
        self.sheet, self.blocks = sheet, blocks
        self.body = median([word.size for row in sheet.rows for word in row.words] or [10.0])
        self.text = fold(sheet.text)
        self.domains = [fold(match) for match in _DOMAIN.findall(sheet.text)]
        self.tax_words = [
            words[0]
            for row in sheet.rows
            for _, words in identifiers.tax_numbers(row.words)
            if not self.is_buyers(words[0])
        ]
        self.buyers = [_key(text_of(block.name)) for block in blocks if block.role == "buyer" and block.name]

    def is_buyers(self, word: Word) -> bool:
        return any(block.holds(word) for block in self.blocks if block.role in ("buyer", "shipping"))

    @staticmethod
    def _is_above(name: Word, tax: Word) -> bool:
        return name.page == tax.page and 0 < tax.y0 - name.y0 < 7 * name.size and abs(tax.x0 - name.x0) < 160

    def score(self, segment: Segment, words: tuple[Word, ...]) -> float:
        text = text_of(words)
        letters = sum(char.isalpha() for char in text)
        if self.is_buyers(words[0]) or CONTACT.search(text) or letters < 3 or len(text) > 70 or _COPYRIGHT.match(text):
            return 0.0
        if letters < sum(char.isdigit() for char in text):
            return 0.0
        page = self.sheet.pages[segment.page - 1]
        height = segment.y0 / page.height
        total = 0.0
        if segment.page == 1 and height < 0.3:
            total += 0.35 - 0.5 * height
        elif height > 0.85:
            total += 0.12
        if has_legal_form(text):
            total += 0.4
        if segment.page == 1 and height < 0.4 and segment.size > 1.25 * self.body:
            total += 0.2
        titled = is_title(segment) and not has_legal_form(text)
        if titled or _is_title(text) or _key(text) in self.buyers or _is_list(segment, text):
            return 0.0
        if _BANK.search(fold(text)):
            total -= 0.3
        if re.search(r"\d", text):
            total -= 0.25
        if any(self._is_above(words[0], other) for other in self.tax_words):
            total += 0.25  # a name with its tax number under it
        return total + self.bonus(words)

    def bonus(self, words: tuple[Word, ...]) -> float:
        """Said again elsewhere, or the name of the web or mail domain."""
        key = fold(text_of(words))
        repeated = len(re.findall(rf"(?<!\w){re.escape(key)}(?!\w)", self.text)) - 1 if len(key) > 4 else 0
        total = 0.12 * min(2, max(0, repeated))
        names = [part for part in re.split(r"\W+", key) if len(part) > 3]
        if any(name in domain or domain.split(".")[0] in key for name in names for domain in self.domains):
            total += 0.22
        return total


def _is_list(segment: Segment, name: str) -> bool:
    """ "Paper · Foil · Pallets": what a firm deals in, not what it is called."""
    parts = _SEPARATOR.split(segment.text)
    numbered = sum(any(char.isdigit() for char in part) for part in parts)  # an address has two: street and town
    return len(parts) > 2 and not has_legal_form(name) and numbered < 2


def _is_title(text: str) -> bool:
    """The document's own title, a label, or a sentence."""
    parts = lexicon.tokens(text)
    return (
        parts in lexicon.labels()
        or parts in lexicon.columns()
        or len(parts) > 9
        or (text.rstrip().endswith((".", ":")) and not has_legal_form(text))
    )


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", fold(text))
