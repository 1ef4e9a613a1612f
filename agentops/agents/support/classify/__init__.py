"""What a message is about and what takes it out of the agent's hands: rules on its words, in six languages.

The text is a stranger's. It chooses one of the categories and codes below and nothing else: no tool, no recipient, no
step. A wrong guess costs a person's look, never a wrong action, for every code only adds a reason to look.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .language import language_of
from .lexicon import CATEGORIES, ESCALATIONS, OTHER, Concern

__all__ = ["Classified", "Concern", "Spotted", "classify", "own_words", "plain"]

LONGEST = 20_000
# A line by which mail programs begin what they quote: "On Tuesday, X wrote:", "Am 3. Mai schrieb X:".
_QUOTED_FROM = re.compile(
    r"^(on|am|le|el|il|op|em)\b.{5,200}(wrote|schrieb|écrit|escribió|scritto|schreef|escreveu).{0,80}:\s*$"
)
_DIVIDER = re.compile(r"^-{2,}\s*(original message|ursprüngliche nachricht|message d'origine|mensaje original)", re.I)


@dataclass(frozen=True, slots=True)
class Spotted:
    """One concern with the words that raised it."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Classified:
    """What the rules say of one message."""

    language: str
    sure_of_language: bool
    category: str
    spotted: tuple[Spotted, ...]
    sorted_by: str = "rules"  # or "model": who said the category


def classify(subject: str, text: str, *, otherwise: str = "en") -> Classified:
    """Category, language (`otherwise` where the text does not say) and concerns; never raises."""
    said = plain(f"{subject}\n{own_words(text)}")
    language = language_of(said)
    return Classified(language or otherwise, bool(language), _category(said), _spotted(said, text))


def own_words(text: str) -> str:
    """The message without what it quotes of earlier ones; all of it where nothing else would be left."""
    kept = []
    for line in text[:LONGEST].splitlines():
        low = line.strip().lower()
        if _QUOTED_FROM.match(low) or _DIVIDER.match(low):
            break
        if not low.startswith(">"):
            kept.append(line)
    own = "\n".join(kept).strip()
    return own or text[:LONGEST].strip()


def plain(text: str) -> str:
    """As the rules read it: compatible forms, no invisible signs, small letters, one space between words."""
    even = unicodedata.normalize("NFKC", text)
    seen = "".join(sign for sign in even if unicodedata.category(sign) not in ("Cf", "Co", "Cn") or sign in "\n")
    return re.sub(r"[^\S\n]+", " ", seen.replace("\u2019", "'")).casefold()


def _category(said: str) -> str:
    hits = {name: len(pattern.findall(said)) for name, pattern in CATEGORIES.items()}
    best = max(hits, key=lambda name: hits[name])
    return best if hits[best] else OTHER


def _spotted(said: str, text: str) -> tuple[Spotted, ...]:
    found = [
        Spotted(concern.code, hit.group().strip()[:80])
        for concern in ESCALATIONS
        if (hit := concern.pattern.search(said))
    ]
    if not any(spot.code == "anger" for spot in found) and _shouts(own_words(text)):
        found.append(Spotted("anger", "written in capitals"))
    return tuple(found)


def _shouts(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    big = sum(sign.isupper() for sign in letters)
    return (len(letters) > 40 and big > 0.6 * len(letters)) or "!!!" in text
