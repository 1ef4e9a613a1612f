"""References, bank accounts and tax numbers in a run of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stdnum import iban as iban_number
from stdnum.eu import vat as eu_vat

from .tokens import date_length
from .words import Word

_REFERENCE = re.compile(r"^[\w#][\w\-/.#+&()]*$")


_IBAN_START = re.compile(r"^[A-Z]{2}\d{2}")


_VAT_SHAPE = re.compile(r"^(?:[A-Z]{2}(?=[A-Z0-9]*\d{5})[A-Z0-9]{7,13}|CHE\d{9}(?:MWST|TVA|IVA)?)$")


_PHONE = re.compile(r"^(?:\+\d|\(\d|0\d+[\s/(-])[\d\s()/.-]{6,}$")


def reference(words: Sequence[Word]) -> tuple[str, tuple[Word, ...]] | None:
    """The reference that begins `words`: a number, possibly of several words that are all capitals and digits."""
    run: list[Word] = []
    for word in words[:6]:
        text = word.text.strip(":;,|")
        if run and (word.x0 - run[-1].x1 > 0.7 * word.size or not re.fullmatch(r"[A-Z0-9/\-][A-Z0-9/.\-]*", text)):
            break
        if not (_REFERENCE.match(text) or (run and text in "-/")) or date_length([*words], [*words].index(word)):
            break
        run.append(word)
        if word.text.endswith(":"):
            break
    if run and not any(char.isdigit() for char in run[0].text) and not re.fullmatch(r"[A-Z]{1,6}[-/.#]?", run[0].text):
        return None  # "Hauptstrasse 20" is no reference, "RE 2026" is
    while run and not any(char.isdigit() for word in run for char in word.text):
        run.pop()
    if not run:
        return None
    text = " ".join(word.text for word in run).strip(" :;,|").lstrip("#").rstrip(".") or ""
    if len(text) < 2 or len(text) > 40 or "@" in text or "www" in text.lower() or text.endswith("%"):
        return None
    return (text, tuple(run)) if any(char.isdigit() for char in text) else None


def accounts(words: Sequence[Word], *, labelled: bool = False) -> Iterator[tuple[str, bool, tuple[Word, ...]]]:
    """IBANs with whether the check digits are right; `labelled` ones may have a wrong length too."""
    for index, word in enumerate(words):
        head = re.sub(r"^(?:IBAN)[:\s]*", "", word.text.strip(":;,().")) or word.text
        if not _IBAN_START.match(head) and not re.fullmatch(r"[A-Z]{2}", head):
            continue
        best = _longest_account(words, index, head, labelled)
        if best:
            yield best


def _longest_account(
    words: Sequence[Word], index: int, head: str, labelled: bool
) -> tuple[str, bool, tuple[Word, ...]] | None:
    text, best = "", None
    for end in range(index, min(len(words), index + 12)):
        part = head if end == index else words[end].text.strip(":;,().-")
        if not re.fullmatch(r"[A-Z0-9]+", part) or (
            end > index and words[end].x0 - words[end - 1].x1 > 1.2 * words[end].size
        ):
            break
        text += part
        if len(text) > 34:
            break
        if not _IBAN_START.match(text) or len(text) < 15:
            continue
        valid = iban_number.is_valid(text)
        if valid or len(text) == IBAN_LENGTHS.get(text[:2]) or (labelled and text[4:].isdigit()):
            best = (text, valid, tuple(words[index : end + 1]))
            if valid:
                return best
    return best


IBAN_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29, "AE": 23, "SA": 24, "IL": 23, "BR": 29,
}  # fmt: skip


def tax_numbers(words: Sequence[Word]) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """VAT ids by their shape: a country and its digits, spaces inside allowed."""
    index = 0
    while index < len(words):
        match = _tax_number_at(words, index)
        if match:
            yield match
        index += len(match[1]) if match else 1


def _tax_number_at(words: Sequence[Word], index: int) -> tuple[str, tuple[Word, ...]] | None:
    text, best = "", None
    for end in range(index, min(len(words), index + 6)):
        part = re.sub(r"[.\-/\s]", "", words[end].text.strip(":;,()|•·"))
        if not re.fullmatch(r"[A-Z0-9]+", part) or (
            end > index and words[end].x0 - words[end - 1].x1 > 0.8 * words[end].size
        ):
            break
        text += part
        if _VAT_SHAPE.match(text) and text[:2] in VAT_COUNTRIES:
            best = (text, tuple(words[index : end + 1]))
            if eu_vat.is_valid(text):
                return best
    return best


VAT_COUNTRIES = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "EL",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "RS",
        "SE",
        "SI",
        "SK",
        "XI",
    ]
)


def looks_like_phone(text: str) -> bool:
    return bool(_PHONE.match(text))
