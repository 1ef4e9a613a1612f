"""Whether each sentence of a text is carried by what it cites: by code, whoever wrote it.

A sentence that cites nothing and is no courtesy is *without a source*. One that cites is *weak* where a figure, a
date, an address or a number in it does not stand in the source, or where less than three fifths of its words do. What
this cannot see is a sentence that turns its source's meaning with the source's own words; people read those.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

SUPPORTED, WEAK, UNSOURCED = "supported", "weak", "no source"
DOUBTED = "doubted"  # carried by the rules; a critic says that the source means something else
SHARE = 0.6
SHORT = 6  # words; a shorter sentence without figures is a courtesy
_CITE = re.compile(r"\s*\[(\d{1,2})\]")
_BREAK = re.compile(r"(?<=[.!?])\s+|\n+")
_FACT = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.]+|[\w-]*\d[\w.,:/-]*", re.UNICODE)
_WORD = re.compile(r"[^\W\d_]{4,}", re.UNICODE)
_COMMON = frozenset(
    {
        "your", "yours", "will", "have", "this", "that", "with", "from", "they", "them", "then", "than", "been",
        "were", "when", "which", "into", "also", "please", "after", "before", "ihre", "ihren", "ihrem", "ihrer",
        "oder", "aber", "auch", "nach", "wird", "werden", "kann", "können", "sind", "eine", "einen", "einer",
        "nicht", "votre", "vous", "nous", "dans", "avec", "pour", "sont", "être", "cette", "leur", "plus", "sera",
        "para", "como", "este", "esta", "pero", "más", "puede", "sean", "será",
    }
)  # fmt: skip


class Cited(Protocol):
    """What a sentence may cite by its number, word for word."""

    @property
    def number(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that states something, and how its source stands to it."""

    text: str
    cites: tuple[int, ...]
    verdict: str
    missing: tuple[str, ...] = ()

    @property
    def is_supported(self) -> bool:
        return self.verdict == SUPPORTED


def without_cites(body: str) -> str:
    """The text as others read it: without the numbers of its sources."""
    return _CITE.sub("", body).strip()


def claims_in(body: str, sources: Iterable[Cited], is_courtesy: Callable[[str], bool] = lambda _: False) -> list[Claim]:
    """Every sentence that is more than courtesy, judged; `is_courtesy` knows those that need no source besides."""
    there = {source.number: source for source in sources}
    return [
        _judged(sentence, there)
        for sentence in _sentences(body)
        if _CITE.search(sentence) or not (is_courtesy(sentence) or _is_short(sentence))
    ]


def doubting(claims: Iterable[Claim], doubted: Collection[str]) -> list[Claim]:
    """The claims, with those whose words a critic doubted marked; it takes support away and gives none."""
    return [
        replace(claim, verdict=DOUBTED) if claim.is_supported and claim.text in doubted else claim for claim in claims
    ]


def carried(claims: Sequence[Claim]) -> Decimal:
    """The share of claims that their sources carry; nothing said is nothing carried."""
    supported = sum(claim.is_supported for claim in claims)
    return (Decimal(supported) / Decimal(len(claims) or 1)).quantize(Decimal("0.01"))


def lowered(confidence: Decimal, claims: Sequence[Claim]) -> Decimal:
    """A confidence, lowered by what is not grounded. Never raised."""
    return (confidence * carried(claims)).quantize(Decimal("0.01"))


def _sentences(body: str) -> list[str]:
    found: list[str] = []
    for part in (part.strip() for part in _BREAK.split(body)):
        if found and _CITE.fullmatch(part.rstrip(".")):  # a number behind the full stop belongs to what it follows
            found[-1] += f" {part}"
        elif part:
            found.append(part)
    return found


def _is_short(sentence: str) -> bool:
    return len(sentence.split()) < SHORT and not _FACT.search(sentence)


def _judged(sentence: str, there: Mapping[int, Cited]) -> Claim:
    cites = tuple(dict.fromkeys(int(number) for number in _CITE.findall(sentence)))
    text = without_cites(sentence)
    cited = [there[number] for number in cites if number in there]
    if not cited:
        return Claim(text, cites, UNSOURCED)
    source = _even(" ".join(f"{one.title} {one.text}" for one in cited))
    known = set(_facts(source))
    missing = tuple(fact for fact in _facts(text) if fact not in known)
    weak = bool(missing) or _share(text, source) < SHARE or len(cited) < len(cites)
    return Claim(text, cites, WEAK if weak else SUPPORTED, missing)


def _facts(text: str) -> list[str]:
    return [_even(hit).strip(".,:/-") for hit in _FACT.findall(text)]


def _share(text: str, source: str) -> float:
    words = [word for word in _WORD.findall(_even(text)) if word not in _COMMON]
    if not words:
        return 1.0
    there = {word[:5] for word in _WORD.findall(source)}
    return sum(word[:5] in there for word in words) / len(words)


def _even(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
