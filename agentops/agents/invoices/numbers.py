"""Identifiers in the one form in which they are compared: invoice numbers, order numbers, VAT ids, accounts."""

from __future__ import annotations

import re
import unicodedata

from stdnum.eu import vat as eu_vat

# A letter between digits that a reader, or a cheat, may have put for a digit.
READ_AS = str.maketrans("OIL", "011")
PLACEHOLDERS = frozenset({"", "0", "NA", "NIL", "NONE", "NULL", "KEINE", "OHNE", "SANS", "UNKNOWN", "TBD"})
FEWEST_DIGITS = 4  # fewer say nothing: every vendor has an invoice 12
LOOKS_LIKE = str.maketrans("OILSBZ", "011582")


def number_key(number: str) -> str:
    """An invoice number by which it is posted once: `re - 2O26/00447.` and `RE-2026-447` are the same.

    Case, separators, leading zeros and O or I between digits do not count; where the groups end does, so that
    `R-1-12` and `R-11-2` stay two numbers.
    """
    parts = re.findall(r"\d+|[^\W\d_]+", _digits_restored(_upper(number)))
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)


def near_key(number: str) -> str:
    """What is left when separators and look-alike letters do not count either; alike means 'look closer'."""
    parts = re.findall(r"\d+|[^\W\d_]+", _upper(number).translate(LOOKS_LIKE))
    pairs = zip(parts, [*parts[1:], ""], strict=False)  # the last has nothing behind it
    return "".join(_without_zeros(part, after) if part.isdigit() else part for part, after in pairs)


def _without_zeros(digits: str, after: str) -> str:
    """A group without its leading zeros; zeros alone count only where no digits follow them."""
    return digits.lstrip("0") or ("" if after.isdigit() else "0")


def digits_key(number: str) -> str:
    """The digits alone, group by group: what is left where letters were misread or left out; empty below four."""
    groups = [group.lstrip("0") or "0" for group in re.findall(r"\d+", _digits_restored(_upper(number)))]
    return "-".join(groups) if sum(map(len, groups)) >= FEWEST_DIGITS else ""


def order_key(number: str) -> str:
    """An order number without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", _upper(number))


def is_placeholder(reference: str) -> bool:
    """Is it what people and programs write where they have no reference, such as N/A?"""
    return order_key(reference) in PLACEHOLDERS


def vat_key(vat_id: str | None) -> str:
    """A VAT id without spaces and punctuation; empty where there is none."""
    return re.sub(r"[\W_]+", "", _upper(vat_id)) if vat_id else ""


def fails_its_check_digits(vat_id: str | None) -> bool:
    """Is it an id of a member state that nobody can have? Of other countries, and of tax numbers, that is not known."""
    key = vat_key(vat_id)
    country = "gr" if key.startswith("EL") else key[:2].lower()
    return country in eu_vat.MEMBER_STATES and not eu_vat.is_valid(key)


def is_another_kind(number: str | None, other: str | None) -> bool:
    """Are the two made differently, as a VAT id and a national tax number are? Then neither contradicts the other."""
    return _made_of(vat_key(number)) != _made_of(vat_key(other))


def _made_of(key: str) -> str:
    if re.match(r"[A-Z]{2}\w*\d", key):
        return "VAT id"  # of whatever country: one company is not in two
    return re.sub(r"[A-Z]", "A", re.sub(r"\d", "0", key))


def account_key(account: str | None) -> str:
    """A bank account without spaces and punctuation; empty where there is none."""
    return re.sub(r"[\W_]+", "", _upper(account)) if account else ""


def _upper(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().strip()


def _digits_restored(number: str) -> str:
    return re.sub(r"(?<=\d)[OIL]+(?=\d|\b)|\b[OIL]+(?=\d)", lambda found: found.group().translate(READ_AS), number)
