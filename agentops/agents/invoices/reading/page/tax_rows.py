"""The rates of tax that a document lists, each with what it is charged on and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..figures import TaxRow
from .labels import Labels
from .numbers import Style
from .sum_candidates import Sum
from .tokens import Amount, Percent, scan


def tax_rows(labels: Labels, style: Style) -> Iterator[TaxRow]:
    """Rows that state a rate and an amount of tax, perhaps with the base."""
    for label in labels.of("tax_total"):
        tokens = scan(label.row.words[label.first :], style)
        percents = [token for token in tokens if isinstance(token, Percent)]
        plain = [
            token.value for token in tokens if isinstance(token, Amount) and (token.decimals >= 1 or token.currency)
        ]
        if len(percents) == 1 and 1 <= len(plain) <= 2:
            yield TaxRow(percents[0].value, plain[0] if len(plain) == 2 else None, plain[-1])


def fitting(rates: tuple[TaxRow, ...], net: Sum | None, tax: Sum | None) -> tuple[TaxRow, ...]:
    """A single rate is charged on the net total, which is then its base."""
    if len(rates) == 1 and rates[0].base is None and net and tax and rates[0].amount == tax.value:
        return (replace(rates[0], base=net.value),)
    return tuple(row for row in rates if row.base is not None and row.base != row.amount)
