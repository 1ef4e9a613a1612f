"""Which of the languages we answer in a text is written in, by its small words."""

from __future__ import annotations

import re

_WORDS = {
    "en": "the and is to my you have not i it for with was this can please where when how what your do from are on "
    "hello thanks would like long does",
    "de": "der die das und ist ich nicht mein meine sie haben wie wo wann bitte für mit ein eine auf zu kann noch "
    "hallo guten danke von es wird wurde lange geht",
    "fr": "le la les et est je pas mon ma vous avez comment où quand bonjour pour avec un une dans de des que sur "
    "merci votre ne ce mais suis combien puis",
    "es": "el la los y es mi no usted tiene cómo dónde cuándo hola para con un una en de que por favor gracias mis "
    "he ha pero su cuánto puedo está",
    "it": "il la gli e è mio mia non lei come dove quando ciao buongiorno per con un una di che grazie ho ma sono "
    "posso dei vostro della quanto",
    "nl": "de het een en is ik niet mijn u heeft hoe waar wanneer hallo voor met van op kan nog bedankt dank dat "
    "wel graag lang",
}
_KNOWN = {language: frozenset(words.split()) for language, words in _WORDS.items()}
LANGUAGES = tuple(_KNOWN)
LEAST = 3  # hits; fewer say nothing
_WORD = re.compile(r"[^\W\d_]+")


def language_of(said: str) -> str:
    """`said` in small letters; the language's code, or empty where it cannot be told."""
    words = _WORD.findall(said)[:400]
    hits = {language: sum(word in known for word in words) for language, known in _KNOWN.items()}
    ranked = sorted(hits, key=lambda language: -hits[language])
    first, second = hits[ranked[0]], hits[ranked[1]]
    if first < LEAST or first < 0.12 * len(words) or first - second < max(1, 0.15 * first):
        return ""
    return ranked[0]
