"""The sums a document states about itself, and the arithmetic that judges them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .model import Finding, Found, Line

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One rate with what it is charged on and what it comes to."""

    rate: Decimal | None
    base: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What stands between the lines and the total, as the document states it; None where it says nothing."""

    line_sum: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    tax_rows: tuple[TaxRow, ...] = ()
    lines_are_gross: bool = False  # line totals carry tax, so they add up to the gross total


def plain(number: Decimal, places: int = 2) -> str:
    """The one form of an amount: a decimal point, at least `places` decimals, no padding beyond them."""
    exponent = number.normalize().as_tuple().exponent
    decimals = max(places, -exponent) if isinstance(exponent, int) else places
    return f"{number:.{decimals}f}"


def judge(fields: Mapping[str, Found], lines: Iterable[Line], figures: Figures) -> list[Finding]:
    """Findings for sums that do not come out; what is not stated is not judged."""
    net, tax, gross, payable = (_amount(fields, name) for name in ("net_total", "tax_total", "gross_total", "payable"))
    return [
        *_lines_come_out(tuple(lines)),
        *_lines_add_up(tuple(lines), net, gross, figures),
        *_tax_adds_up(net, tax, gross),
        *_payable_adds_up(gross, payable, figures),
        *_rates_come_out(figures.tax_rows, tax, net),
        *_is_negative(gross, payable),
    ]


def lines_carry_tax(lines: Iterable[Line], fields: Mapping[str, Found], figures: Figures) -> bool:
    """Is each line total stated with its tax? Proven where the lines of each rate add up to its base and tax, and all
    of them to the gross total: then what is to be paid and deducted is stated twice, and agrees."""
    rows, counted = figures.tax_rows, [line for line in lines if line.counted]
    net, tax, gross = (_amount(fields, name) for name in ("net_total", "tax_total", "gross_total"))
    if not counted or not tax or net is None or gross is None or figures.allowances or figures.charges:
        return False
    by_rate = [_stated_with_tax(row) for row in rows]
    if any(total is None for total in by_rate) or len({row.rate for row in rows}) != len(rows):
        return False
    slack = CENT * 2 + CENT * len(counted) / 2
    fits = all(
        total is not None and abs(_total(one for one in counted if _rate(one, rows) == row.rate) - total) <= slack
        for row, total in zip(rows, by_rate, strict=True)
    )
    covered = abs(sum((row.base for row in rows if row.base is not None), ZERO) - net) <= CENT * 2
    return fits and covered and abs(_total(counted) - gross) <= slack


def _stated_with_tax(row: TaxRow) -> Decimal | None:
    return None if row.base is None or row.amount is None else row.base + row.amount


def _total(lines: Iterable[Line]) -> Decimal:
    return sum((_decimal(line.line_total) or ZERO for line in lines), ZERO)


def _rate(line: Line, rows: tuple[TaxRow, ...]) -> Decimal | None:
    return rows[0].rate if len(rows) == 1 else _decimal(line.tax_rate)


def _amount(fields: Mapping[str, Found], name: str) -> Decimal | None:
    found = fields.get(name)
    return Decimal(found.value) if found and found.value is not None else None


def _decimal(found: Found) -> Decimal | None:
    return Decimal(found.value) if found.value is not None else None


def _differs(code: str, sentence: str, field: str, expected: Decimal, found: Decimal) -> Finding:
    return Finding(code, sentence, field, numbers={"expected": plain(expected), "found": plain(found)})


def _lines_come_out(lines: tuple[Line, ...]) -> list[Finding]:
    """Quantity times price is only judged on printed pages, where a line's discount would be seen."""
    found = []
    for number, line in enumerate(lines, 1):
        quantity, price, total = map(_decimal, (line.quantity, line.unit_price, line.line_total))
        source = line.line_total.source
        if quantity is None or price is None or total is None or source is None or source.method == "xml":
            continue
        expected = quantity * price
        # A printed price is rounded: the more pieces, the more that can make.
        slack = max(Decimal("0.02"), abs(quantity) * Decimal("0.006"), abs(expected) * Decimal("0.001"))
        if abs(abs(expected) - abs(total)) > slack and not _explained(line, expected, total):
            sentence = f"Line {number}: {quantity} x {price} is {plain(expected)}, the line says {plain(total)}."
            found.append(_differs("totals_inconsistent", sentence, "lines", expected, total))
    return found


def _explained(line: Line, expected: Decimal, total: Decimal) -> bool:
    """A price per 10, 100 or 1000, a line discount or a price with tax also explain a total."""
    if expected == ZERO:
        return False
    ratio = total / expected
    rate = _decimal(line.tax_rate)
    if rate is not None and abs(ratio - (1 + rate / 100)) < Decimal("0.002"):
        return True
    return line.unit_price.reason == "discounted" or any(
        abs(ratio * base - 1) < Decimal("0.002") for base in (10, 100, 1000)
    )


def _lines_add_up(
    lines: tuple[Line, ...], net: Decimal | None, gross: Decimal | None, figures: Figures
) -> list[Finding]:
    totals = [_decimal(line.line_total) for line in lines if line.counted]
    if not totals or any(total is None for total in totals):
        return []
    lines_sum = sum((total for total in totals if total is not None), ZERO)
    slack = CENT * 2 + CENT * len(totals) / 2
    expected = gross if figures.lines_are_gross else figures.line_sum
    if expected is None and net is not None:
        expected = net + (figures.allowances or ZERO) - (figures.charges or ZERO)
    if expected is None:
        return []
    found = []
    if abs(lines_sum - expected) > slack:
        sentence = f"The lines add up to {plain(lines_sum)}, the document says {plain(expected)}."
        found.append(_differs("totals_inconsistent", sentence, "net_total", lines_sum, expected))
    if figures.line_sum is not None and net is not None and not figures.lines_are_gross:
        after = figures.line_sum - (figures.allowances or ZERO) + (figures.charges or ZERO)
        if abs(after - net) > CENT * 2:
            sentence = f"Lines less allowances plus charges come to {plain(after)}, the net total says {plain(net)}."
            found.append(_differs("totals_inconsistent", sentence, "net_total", after, net))
    return found


def _tax_adds_up(net: Decimal | None, tax: Decimal | None, gross: Decimal | None) -> list[Finding]:
    if net is None or tax is None or gross is None or abs(net + tax - gross) <= CENT * 2:
        return []
    sentence = f"Net {plain(net)} plus tax {plain(tax)} is {plain(net + tax)}, the total says {plain(gross)}."
    return [_differs("totals_inconsistent", sentence, "gross_total", net + tax, gross)]


def _payable_adds_up(gross: Decimal | None, payable: Decimal | None, figures: Figures) -> list[Finding]:
    # Prepayments are stated nearly always where they exist, so only a stated one is judged on paper.
    if gross is None or payable is None or figures.prepaid is None:
        return []
    expected = gross - figures.prepaid + (figures.rounding or ZERO)
    if abs(expected - payable) <= CENT * 2:
        return []
    sentence = f"The total less prepayments is {plain(expected)}, the amount due says {plain(payable)}."
    return [_differs("totals_inconsistent", sentence, "payable", expected, payable)]


def _rates_come_out(rows: tuple[TaxRow, ...], tax: Decimal | None, net: Decimal | None) -> list[Finding]:
    found = []
    for row in rows:
        if row.rate is None or row.base is None or row.amount is None:
            continue
        expected = row.base * row.rate / 100
        if abs(expected - row.amount) > max(CENT * 3, abs(expected) * Decimal("0.0005")):
            sentence = f"{row.rate.normalize():f} % of {plain(row.base)} is {plain(expected)}, the document says {plain(row.amount)}."  # noqa: E501
            found.append(_differs("tax_mismatch", sentence, "tax_total", expected, row.amount))
    amounts = [row.amount for row in rows]
    if rows and tax is not None and all(amount is not None for amount in amounts):
        total = sum((amount for amount in amounts if amount is not None), ZERO)
        if abs(total - tax) > CENT * 2:
            sentence = f"The taxes listed come to {plain(total)}, the tax total says {plain(tax)}."
            found.append(_differs("tax_mismatch", sentence, "tax_total", total, tax))
    return found


def _is_negative(gross: Decimal | None, payable: Decimal | None) -> list[Finding]:
    if gross is None or gross >= ZERO:
        return []
    return [Finding("negative_total", f"The total is negative: {plain(gross)}.", "gross_total")]
