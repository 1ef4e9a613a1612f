"""Whether each sentence of a draft is carried by what it cites: `runs.critic.grounding`; courtesies need no source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runs.critic.grounding import DOUBTED, SUPPORTED, UNSOURCED, WEAK, Claim, claims_in, doubting, without_cites

from .drafting.phrases import bare, courtesies
from .facts import Source

__all__ = ["DOUBTED", "SUPPORTED", "UNSOURCED", "WEAK", "Claim", "claims_of", "for_customer"]


def for_customer(body: str) -> str:
    """The text as it is sent: without the numbers of its sources."""
    return without_cites(body)


def claims_of(
    body: str, sources: Iterable[Source], *, language: str, name: str, signature: str, doubted: Sequence[str] = ()
) -> list[Claim]:
    """Every sentence that is more than courtesy, judged; `doubted` are those that a critic took support from."""
    polite = courtesies(language, name, signature)
    return doubting(claims_in(body, sources, lambda sentence: bare(sentence) in polite), doubted)
