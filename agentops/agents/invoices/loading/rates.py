"""`load_rates`: CSV with the head `base,currency,day,rate`, or a JSON list of such objects.

`EUR,USD,2026-11-20,1.0812` says that on that day one euro was 1.0812 dollars. A pair is used either way round, and
over the house's currency, for 30 days. A rate of a day that is there already is replaced.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from agentops.core.audit import trail
from agentops.core.audit.trail import Actor
from agentops.core.models import ExchangeRate
from agentops.core.money import OLDEST_RATE

from .files import BadFile, Mistake, Row, text_of

HEAD = ["base", "currency", "day", "rate"]
AT_ONCE = 5_000  # rows of one statement: a central bank's whole history is some 250,000


class Rate(NamedTuple):
    """On `day`, one `base` was `rate` of `currency`."""

    base: str
    currency: str
    day: date
    rate: Decimal


def load(path: str) -> int:
    """How many rates were loaded; raises `BadFile`, and then none was."""
    rates = read(path)
    save(rates, source="load_rates")
    return len(rates)


@transaction.atomic
def save(rates: list[Rate], *, source: str) -> None:
    """Write rates, in place of those of the same pair and day."""
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(**rate._asdict()) for rate in rates],
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["base", "currency", "day"],
        update_fields=["rate"],
    )
    days = sorted({rate.day.isoformat() for rate in rates})
    data = {"rates": len(rates), "first_day": days[0] if days else None, "last_day": days[-1] if days else None}
    trail.append("rates", trail.Event(action="rates.loaded", actor=Actor.system(source), data=data))


def read(path: str) -> list[Rate]:
    """The rates of a file; raises `BadFile` with every mistake in it."""
    mistakes: list[Mistake] = []
    text = text_of(path)
    rows = _json_rows(text, mistakes) if text.lstrip().startswith("[") else _csv_rows(text, mistakes)
    rates, seen = [], dict[tuple[str, str, date], int]()
    for row in rows:
        rate = _rate(row)
        if rate is None:
            continue
        if rate[:3] in seen:
            row.wrong("day", f"The rate of this pair and day is on line {seen[rate[:3]]} already. Keep one of the two.")
        seen.setdefault(rate[:3], row.line)
        rates.append(rate)
    if mistakes:
        raise BadFile(mistakes)
    return rates


def _rate(row: Row) -> Rate | None:
    row.only(*HEAD)
    base, currency, day, rate = row.currency("base"), row.currency("currency"), row.day("day"), row.number("rate")
    if rate is not None and rate <= 0:
        row.wrong("rate", "A rate is above zero.")
        return None
    if base is not None and base == currency:
        row.wrong("currency", "A rate joins two different currencies.")
        return None
    if base is None or currency is None or day is None or rate is None:
        return None
    return Rate(base, currency, day, rate)


def _csv_rows(text: str, mistakes: list[Mistake]) -> Iterator[Row]:
    reader = csv.reader(StringIO(text))
    head = [cell.strip() for cell in next(reader, [])]
    if head != HEAD:
        mistakes.append(Mistake(1, "", f"The first line must be {','.join(HEAD)}."))
        return
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(HEAD):
            mistakes.append(Mistake(reader.line_num, "", f"There are {len(cells)} cells. Write {','.join(HEAD)}."))
            continue
        yield Row(reader.line_num, dict(zip(HEAD, (cell.strip() for cell in cells), strict=True)), mistakes)


def _json_rows(text: str, mistakes: list[Mistake]) -> Iterator[Row]:
    try:
        items = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (json.JSONDecodeError, RecursionError) as error:
        mistakes.append(Mistake(getattr(error, "lineno", 0), "", f"This is not JSON ({error})."))
        return
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            yield Row(number, item, mistakes)
        else:
            mistakes.append(Mistake(number, "", "This is not an object with base, currency, day and rate."))


# What one euro was roughly worth; made up for demonstrations, never loaded anywhere else.
DEMO = {
    "AED": "3.97", "AUD": "1.64", "BRL": "6.10", "CAD": "1.48", "CHF": "0.95", "CNY": "7.80", "CZK": "25.20",
    "DKK": "7.46", "GBP": "0.85", "HKD": "8.40", "HUF": "395", "INR": "91.00", "JPY": "163", "MXN": "20.10",
    "NOK": "11.60", "NZD": "1.79", "PLN": "4.30", "RON": "4.97", "SAR": "4.05", "SEK": "11.30", "SGD": "1.45",
    "TRY": "36.00", "USD": "1.08", "ZAR": "19.70",
}  # fmt: skip


def load_demo_rates(day: date) -> int:
    """Rates for demonstrations in currencies that have none for `day`, and how many; raises `RuntimeError` in
    production."""
    if not (settings.DEMO or settings.TEST):
        raise RuntimeError("Made-up rates are for the demo and for tests.")
    there = ExchangeRate.objects.filter(day__lte=day, day__gt=day - OLDEST_RATE).values_list("currency", flat=True)
    missing = DEMO.keys() - set(there)
    save([Rate("EUR", currency, day, Decimal(DEMO[currency])) for currency in sorted(missing)], source="demo")
    return len(missing)
