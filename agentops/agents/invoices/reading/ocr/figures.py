"""Put right what OCR misreads in a printed number, where the number itself shows what it must be; nothing else."""

from __future__ import annotations

import re

# A letter in the middle of an amount is a digit that looks like it; at its beginning S and B may be a currency's.
_DIGITS = str.maketrans("OoQDlI|iSsBZzGbgq", "00001111558226699")
_LEADING = frozenset("OoQlI|")
_LIKE = r"[0-9OoQDlI|iSsBZzGbgq]"
_AMOUNT = re.compile(
    rf"^([-+(]?)([^\w\s]?)({_LIKE}{{1,3}}(?:[.,']{_LIKE}{{3}})*|{_LIKE}+)([.,])({_LIKE}{{2}})(%?[^\w\s]{{0,2}})$"
)
_ONE_MARK = re.compile(r"^(\D*)(\d{1,3}(?:([.,])\d{3})+)\3(\d{2})(\D*)$")
_THOUSANDS = re.compile(r"^([€$£₹¥]\s?)(\d{1,3})([.,])(\d{3})$")
_FOREIGN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def repaired(text: str) -> str:
    """The text, or the one number that it can be; a text that may be two things stays as it is."""
    if not any(char.isdigit() for char in text):
        return text
    # A currency's mark that OCR does not know comes out as a character of another script.
    plain = _FOREIGN.sub("", text) if len(_FOREIGN.findall(text)) == 1 else text
    return _grouped(_with_digits(plain))


def as_money(text: str, decimal: str) -> str:
    """$10.375 in a document that writes cents behind a point: money has no third decimal, the comma was misread."""
    match = _THOUSANDS.match(text)
    if match is None or match[3] != decimal:
        return text
    return f"{match[1]}{match[2]}{',' if decimal == '.' else '.'}{match[4]}"


def _with_digits(text: str) -> str:
    match = _AMOUNT.match(text)
    if match is None:
        return text
    sign, mark, whole, point, cents, rest = match.groups()
    letters = [char for char in whole + cents if char.isalpha() or char == "|"]
    digits = sum(char.isdigit() for char in whole + cents)
    if not letters or len(letters) >= digits or (whole[0] in letters and whole[0] not in _LEADING):
        return text
    return f"{sign}{mark}{whole.translate(_DIGITS)}{point}{cents.translate(_DIGITS)}{rest}"


def _grouped(text: str) -> str:
    """10.686.25: three digits to a group and two at the end leave one reading, whichever mark was misread."""
    match = _ONE_MARK.match(text)
    if match is None:
        return text
    before, whole, mark, cents, after = match.groups()
    other = "," if mark == "." else "."
    return f"{before}{whole.replace(mark, other)}{mark}{cents}{after}"
