"""Read printed numbers: 1.234,56 and 1,234.56, 1 234,56, 1'234.56 and 12,34,567.89, with their signs.

One document writes numbers one way. `find_style` reads that way off all of them, and a number that could be
either is then read in that style.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_APOSTROPHES = "'’‘´`"
_SPACES = " \u00a0\u2007\u2009\u202f"
_CORE = re.compile(rf"^\d[\d.,{_APOSTROPHES}{_SPACES}]*$|^[.,]\d+$")
_SIGNS = "-−–‐+"
CURRENCY_MARKS = "€$£¥₹₺₽₩₪฿"


@dataclass(frozen=True, slots=True)
class Style:
    """How a document writes numbers: its decimal mark, and whether that was seen or assumed."""

    decimal: str = "."
    seen: bool = False

    @property
    def group(self) -> str:
        return "," if self.decimal == "." else "."


def find_style(texts: Iterable[str], assumed: str = ".") -> Style:
    """The style that the document's own numbers vote for; `assumed` decides where none does."""
    votes = {".": 0, ",": 0}
    for text in texts:
        mark, weight = _vote(_bare(text)[0])
        if mark:
            votes[mark] += weight
    if votes["."] == votes[","]:
        return Style(assumed, seen=False)
    return Style(max(votes, key=lambda mark: votes[mark]), seen=True)


def _vote(core: str) -> tuple[str | None, int]:
    """Which decimal mark a number proves, and how strongly."""
    if not _CORE.match(core):
        return None, 0
    marks = [char for char in core if char in ".,"]
    if len(set(marks)) == 2:
        return marks[-1], 3  # both kinds: the last one is the decimal mark
    if len(marks) > 1:
        return ("," if marks[0] == "." else "."), 2  # one kind, repeated: it groups
    if len(marks) == 1:
        whole, _, rest = core.partition(marks[0])
        if len(rest) == 2 or len(rest) == 4 or (len(rest) == 3 and whole in ("0", "")):
            return marks[0], 2 if len(rest) == 2 else 1
        # Three digits after one mark may be thousands or thousandths: no vote.
    return None, 0


def read_number(text: str, style: Style) -> Decimal | None:
    """The number that `text` is, sign and currency mark around it allowed; None if it is not one."""
    core, negative = _bare(text)
    if not _CORE.match(core):
        return None
    number = _read_core(core, style)
    return -number if number is not None and negative else number


def _bare(text: str) -> tuple[str, bool]:
    """The digits with their marks, and whether a sign or brackets make them negative."""
    plain = unicodedata.normalize("NFC", text).strip()
    negative = False
    if plain.startswith("(") and plain.endswith(")") and len(plain) > 2:
        plain, negative = plain[1:-1], True
    for _ in range(3):
        before = plain
        plain = plain.strip(CURRENCY_MARKS + _SPACES + "*")
        if (plain[:1] in _SIGNS and plain[1:2].strip(CURRENCY_MARKS + _SPACES)[:1].isdigit()) or (
            plain[:1] in _SIGNS and plain[1:2] in CURRENCY_MARKS and len(plain) > 2
        ):
            negative, plain = negative or plain[0] != "+", plain[1:]
        elif plain[-1:] in "-−–" and plain[-2:-1].isdigit():
            negative, plain = True, plain[:-1]
        # Swiss and Scandinavian round amounts: 100,- and 50.–
        if plain[-1:] in "-–—" and plain[-2:-1] in ".,":
            plain, negative = plain.rstrip("-–—.,"), negative
        if plain == before:
            break
    return plain, negative


def _read_core(core: str, style: Style) -> Decimal | None:
    for char in _APOSTROPHES + _SPACES:
        if char in core:
            if not _groups_well(core.replace(",", "\n").replace(".", "\n").split("\n")[0], char):
                return None
            core = core.replace(char, "")
    core = core.rstrip(".,") if core[-1:] in ".," and core.count(core[-1]) == 1 else core
    marks = [char for char in core if char in ".,"]
    decimal = _decimal_mark(core, marks, style)
    if decimal is None and marks and not _groups_well(core, marks[0]):
        return None
    whole, fraction = core, ""
    if decimal is not None:
        whole, _, fraction = core.rpartition(decimal)
        others = {char for char in whole if char in ".,"}
        if len(others) > 1 or decimal in others or (others and not _groups_well(whole, others.pop())):
            return None
    digits = "".join(char for char in whole if char.isdigit()) or "0"
    if not (digits + fraction).isdigit() or len(digits) > 15 or len(fraction) > 10:
        return None
    return Decimal(f"{digits}.{fraction}" if fraction else digits)


def _decimal_mark(core: str, marks: list[str], style: Style) -> str | None:
    """Which mark, if any, splits off the fraction."""
    if not marks:
        return None
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return None
    whole, _, rest = core.partition(marks[0])
    if len(rest) != 3 or len(whole) > 3 or whole in ("", "0"):
        return marks[0]  # cannot be thousands
    return marks[0] if marks[0] == style.decimal else None


def _groups_well(text: str, mark: str) -> bool:
    """Groups of three, or Indian: two's and a last three."""
    first, *groups = text.split(mark)
    if not groups:
        return True
    western = 1 <= len(first) <= 3 and all(len(group) == 3 for group in groups)
    indian = 1 <= len(first) <= 2 and len(groups[-1]) == 3 and all(len(group) == 2 for group in groups[:-1])
    return western or indian
