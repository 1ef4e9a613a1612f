"""Names as people compare them: folded, stripped of legal forms, and reduced to what the eye sees."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from confusable_homoglyphs import confusables
from rapidfuzz.distance import OSA

LEGAL_FORMS = frozenset(
    {
        "ag", "bv", "co", "corp", "corporation", "ek", "eg", "ev", "eurl", "gbr", "gmbh", "inc", "incorporated", "kg",
        "kgaa", "limited", "llc", "llp", "ltd", "mbh", "nv", "ohg", "oy", "plc", "pvt", "sa", "sarl", "sas", "se",
        "sl", "slu", "spa", "srl", "ug", "und", "and", "et",
    }
)  # fmt: skip
# Where a letter looks like two: as it is printed in capitals too. And digits that look like letters.
CONFUSABLE = str.maketrans(
    {
        **dict(zip("аеорсухіјѕһԁԛԝвкмнтгп", "aeopcyxijshdqwbkmhtrn", strict=True)),
        **dict(zip("αβεικνορτυχηγ", "abeiknoptuxny", strict=True)),
        **dict.fromkeys("ıіιłi1|", "l"),
        **{"ø": "o", "đ": "d", "0": "o", "5": "s", "8": "b"},
    }
)
SEEN_AS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """Case, accents, width, punctuation and spacing taken away: two names that fold alike are one name."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())


def core(name: str) -> str:
    """The folded name without its legal form; the folded name where nothing else is left."""
    folded = _joined_initials(fold(name))
    return " ".join(w for w in folded.split() if w not in LEGAL_FORMS) or folded


@lru_cache(maxsize=20_000)
def skeleton(name: str) -> str:
    """What the eye sees of a name, without spaces: equal for names that only look alike."""
    seen = core(name).translate(_looks_latin()).translate(CONFUSABLE).replace(" ", "")
    for pair, letter in SEEN_AS:
        seen = seen.replace(pair, letter)
    return seen


@lru_cache(maxsize=1)
def _looks_latin() -> dict[int, str]:
    """Foreign letters to the Latin ones they look like, small or capital, after Unicode's table (UTS 39)."""
    table: dict[int, str] = {}
    for capital in (False, True):
        for character, alike in confusables.confusables_data.items():
            latin = next((one["c"] for one in alike if len(one["c"]) == 1 and one["c"].isascii()), "")
            small = character.casefold()
            if latin.isalnum() and len(small) == 1 and not small.isascii() and (small != character) is capital:
                table.setdefault(ord(small), latin.casefold())
    return {code: latin for code, latin in table.items() if code not in CONFUSABLE}


def is_disguised(name: str) -> bool:
    """Does the name carry characters that nobody sees, or mix alphabets within a word?"""
    if any(unicodedata.category(c) in ("Cf", "Co", "Cn") and c != "\u00ad" for c in name):
        return True
    return any(len({s for c in word if (s := _script(c))}) > 1 for word in re.findall(r"\w+", name))


def resembles(name: str, known: str) -> bool:
    """Could `name` be taken for `known`? Same to the eye, a slip of the key apart, or it with a word added."""
    mine, theirs = skeleton(name), skeleton(known)
    if not mine or not theirs:
        return False
    if mine == theirs:
        return True
    shorter = min(len(mine), len(theirs))
    if shorter >= 5 and OSA.distance(mine, theirs) <= shorter // 12 + 1:
        return True
    return _is_known_with_more(set(core(name).split()), set(core(known).split()))


def _is_known_with_more(mine: set[str], theirs: set[str]) -> bool:
    shorter, longer = sorted((mine, theirs), key=len)
    return len(shorter) >= 2 and shorter < longer and len(longer - shorter) <= 2


def _joined_initials(folded: str) -> str:
    # "b v" and "s a r l" are legal forms written with points
    return re.sub(r"\b(?:\w )+\w\b", lambda found: found.group().replace(" ", ""), folded)


def _script(character: str) -> str | None:
    if not character.isalpha():
        return None
    name = unicodedata.name(character, "")
    return next((script for script in SCRIPTS if name.startswith(script)), None)
