"""Identifiers in the one form in which they are compared: invoice numbers, order numbers, VAT ids, accounts."""

from __future__ import annotations

import re
import unicodedata

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
    return "".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)


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


def account_key(account: str | None) -> str:
    """A bank account without spaces and punctuation; empty where there is none."""
    return re.sub(r"[\W_]+", "", _upper(account)) if account else ""


def _upper(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().strip()


def _digits_restored(number: str) -> str:
    return re.sub(r"(?<=\d)[OIL]+(?=\d|\b)|\b[OIL]+(?=\d)", lambda found: found.group().translate(READ_AS), number)
