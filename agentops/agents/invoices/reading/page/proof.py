"""Put right what OCR misread, but only where check digits or sums prove it; what stays in doubt is left blank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from stdnum import iban as iban_number
from stdnum.eu import vat as eu_vat

from ..figures import CENT, plain
from .identifiers import IBAN_LENGTHS
from .items import Item
from .sum_candidates import Sum
from .tokens import Amount
from .words import Word

SURE = 0.95  # of the least sure character: as printed, however odd
VERY_SURE, UNSURE, DOUBTFUL, LEAST_READABLE = 0.98, 0.9, 0.7, 0.5
_DIGITS = str.maketrans("OoQDlI|iSsBZzGbgq", "00001111558226699")
# Countries whose accounts, and whose tax numbers, are digits only behind the country's letters.
_PLAIN = "DE DK EE FI HR HU LT PL PT SE SI SK"
_PLAIN_ACCOUNTS = frozenset(f"{_PLAIN} AT BE CZ ES IS NO".split())
_PLAIN_TAX_NUMBERS = frozenset(f"{_PLAIN} BE EL IT LU LV MT NO RO".split())

Trio = tuple[Sum | None, Sum | None, Sum | None]


def account(text: str, words: tuple[Word, ...]) -> str | None:
    """The account number that was printed; None if nobody can tell."""
    for one in dict.fromkeys((text, _with_digits(text))):
        if iban_number.is_valid(one):
            return one
    # Some print a number that is none; what OCR is that sure of, is what they printed.
    needed = SURE if len(text) == IBAN_LENGTHS.get(text[:2]) else VERY_SURE
    return text if min(word.score for word in words) >= needed else None


def _with_digits(text: str) -> str:
    """Look-alike letters read as digits: behind the country, or in its check digits alone where letters may follow."""
    if text[:2] in _PLAIN_ACCOUNTS:
        return text[:2] + text[2:].translate(_DIGITS)
    return text[:2] + text[2:4].translate(_DIGITS) + text[4:]


def tax_number(text: str) -> str | None:
    """The tax number: look-alike letters are digits if the check digits agree, and otherwise nobody knows."""
    if text[:2] not in _PLAIN_TAX_NUMBERS or text[2:].isdigit():
        return text
    fixed = text[:2] + text[2:].translate(_DIGITS)
    return fixed if eu_vat.is_valid(fixed) else None


def sums(trio: Trio, lines_sum: Decimal | None, rates: frozenset[Decimal]) -> Trio:
    """Net, tax and gross with one misread digit put right if the other two and a witness prove it.

    A witness is a usual rate of tax, to the cent, or the sum of the lines. Without one, a sum that contradicts the
    others and was hard to read is left out.
    """
    net, tax, gross = trio
    if net is None or tax is None or gross is None or abs(net.value + tax.value - gross.value) <= CENT * 2:
        return trio
    proven = [one for one in _repairs(net, tax, gross) if _has_witness(one, lines_sum, rates)]
    if len(proven) == 1:
        return proven[0]
    worst = min((net, tax, gross), key=_score)
    if _score(worst) >= UNSURE or not _could_be_misread(worst, net, tax, gross):
        return trio
    return None if net is worst else net, None if tax is worst else tax, None if gross is worst else gross


def line(item: Item) -> Item:
    """The line without its quantity or price if the two do not come out at its total and one was hard to read."""
    if item.confirmed or item.discounted or item.quantity is None or item.price is None:
        return item
    if (count := _meant(item.quantity, item.price.value, item.total.value)) is not None:
        return replace(item, quantity=replace(item.quantity, value=count))
    quantity, price = _least(item.quantity.words), _least(item.price.words)
    if min(quantity, price) >= DOUBTFUL:
        return item
    return replace(item, quantity=None) if quantity < price else replace(item, price=None)


def _meant(quantity: Amount, price: Decimal, total: Decimal) -> Decimal | None:
    """ "$00": no quantity has a currency's mark, so it is the digit that makes the line come out; the price may be
    per 10, 100 or 1000."""
    text = quantity.words[0].text
    if len(quantity.words) != 1 or not re.fullmatch(r"[$§&]\d*", text) or not price:
        return None
    counts = {Decimal(digit + text[1:]) for digit in "123456789"}
    fitting = [one for one in counts if any(abs(one * price / base - total) < CENT for base in (1, 10, 100, 1000))]
    return fitting[0] if len(fitting) == 1 else None


def _repairs(net: Sum, tax: Sum, gross: Sum) -> Iterator[tuple[Sum, Sum, Sum]]:
    """Each of the three as the other two have it, if that is one digit away and OCR was unsure of it."""
    if _is_misread(net, gross.value - tax.value):
        yield replace(net, value=gross.value - tax.value), tax, gross
    if _is_misread(tax, gross.value - net.value):
        yield net, replace(tax, value=gross.value - net.value), gross
    if _is_misread(gross, net.value + tax.value):
        yield net, tax, replace(gross, value=net.value + tax.value)


def _could_be_misread(worst: Sum, net: Sum, tax: Sum, gross: Sum) -> bool:
    """One digit, or a point? Where two clear digits would have to be others, the document contradicts itself."""
    meant = {id(net): gross.value - tax.value, id(tax): gross.value - net.value, id(gross): net.value + tax.value}
    printed, other = plain(worst.value), plain(meant[id(worst)])
    differing = sum(a != b for a, b in zip(printed, other, strict=False))
    return len(printed) != len(other) or differing <= 1 or _score(worst) < LEAST_READABLE


def _is_misread(one: Sum, meant: Decimal) -> bool:
    printed, other = plain(one.value), plain(meant)
    differing = sum(a != b for a, b in zip(printed, other, strict=False))
    return _score(one) < SURE and len(printed) == len(other) and differing == 1


def _has_witness(trio: tuple[Sum, Sum, Sum], lines_sum: Decimal | None, rates: frozenset[Decimal]) -> bool:
    net, tax, gross = (one.value for one in trio)
    if lines_sum is not None and lines_sum in (net, gross):
        return True
    return any(abs(net * rate / 100 - tax) <= CENT for rate in rates if rate)


def _score(one: Sum) -> float:
    return _least(one.words)


def _least(words: tuple[Word, ...]) -> float:
    return min((word.score for word in words), default=1.0)
