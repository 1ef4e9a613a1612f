"""What tells two names apart, letter by letter, so that an eye that takes one for the other is shown where to look."""

from __future__ import annotations

import unicodedata

from rapidfuzz.distance import Levenshtein

HALF = 0.5  # of its letters: a word with more of them changed is another word
MOST = 4  # letters told one by one; two names with more differences are told apart by reading them


def apart(name: str, known: str) -> str:
    """How `name` differs from `known`, in a sentence; empty where it does not, or differs too much to be told."""
    mine, theirs = unicodedata.normalize("NFC", name), unicodedata.normalize("NFC", known)
    words = _other_words(mine, theirs)
    if words:
        return words
    edits = Levenshtein.editops(theirs, mine)
    if not edits or len(edits) > MOST:
        return ""
    told = [_told(edit.tag, theirs, edit.src_pos, mine, edit.dest_pos) for edit in edits]
    return f"Different: {'; '.join(told)}."


def _other_words(mine: str, theirs: str) -> str:
    """Whole words added or left out; empty where a word itself is spelt otherwise."""
    ours, known = mine.split(), theirs.split()
    added = [word for word in ours if word not in known]
    missing = [word for word in known if word not in ours]
    if any(_has_the_unseen(word) for word in added):
        return ""
    if len(added) == len(missing) == 1 and Levenshtein.normalized_distance(added[0], missing[0]) > HALF:
        return f"Different: {added[0]} in place of {missing[0]}."
    if added and missing:
        return ""
    return f"Added: {' '.join(added)}." if added else f"Left out: {' '.join(missing)}." if missing else ""


def _told(kind: str, theirs: str, at: int, mine: str, to: int) -> str:
    if kind == "replace":
        return f"letter {to + 1} is {_letter(mine[to])} in place of {_letter(theirs[at])}"
    if kind == "insert":
        return f"letter {to + 1}, {_letter(mine[to])}, is added"
    return f"{_letter(theirs[at])} is missing after letter {to}"


def _letter(character: str) -> str:
    """The letter as it looks, and what it is where that cannot be seen."""
    if character.isascii() and character.isprintable() and character != " ":
        return character
    name = unicodedata.name(character, "unnamed").lower()
    code = f"U+{ord(character):04X} {name}"
    return code if _is_unseen(character) or character == " " else f"{character} ({code})"


def _has_the_unseen(word: str) -> bool:
    return any(_is_unseen(character) or not character.isascii() for character in word)


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character)[0] in "CZ"
