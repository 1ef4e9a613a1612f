"""Files of one JSON object per line, and how a mistake in one is told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from agentops.core.currencies import MINOR_DIGITS

LARGEST = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, where, and what to do."""

    line: int
    field: str
    told: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else "the file"
        return f"{place}, {self.field}: {self.told}" if self.field else f"{place}: {self.told}"


class BadFile(Exception):
    """The file was not loaded; `mistakes` names every one found."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(map(str, mistakes)))


def text_of(path: str) -> str:
    """The file's text; raises `BadFile` if it cannot be read, is too large or not UTF-8."""
    try:
        if Path(path).stat().st_size > LARGEST:
            raise BadFile([Mistake(0, "", f"It is larger than {LARGEST // 2**20} MB. Split it.")])
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadFile([Mistake(0, "", f"It cannot be read: {error.strerror}. Check the path.")]) from error
    except UnicodeDecodeError as error:
        raise BadFile([Mistake(0, "", "It is not UTF-8. Save it as UTF-8.")]) from error


def rows_of(path: str, mistakes: list[Mistake]) -> Iterator[tuple[int, Row]]:
    """Each line as a row; what is no JSON object is added to `mistakes` and left out. Empty lines are skipped."""
    for number, line in enumerate(text_of(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line, parse_float=Decimal, parse_int=Decimal)
        except (json.JSONDecodeError, InvalidOperation, RecursionError) as error:
            mistakes.append(Mistake(number, "", f"This is not JSON ({error}). Write one object per line."))
            continue
        if not isinstance(values, dict):
            mistakes.append(Mistake(number, "", 'This is not a JSON object. Write {"…": …}.'))
            continue
        yield number, Row(number, values, mistakes)


class Row:
    """One object that is taken apart field by field; each mistake is written down, and the reading goes on."""

    def __init__(self, line: int, values: Mapping[str, Any], mistakes: list[Mistake], prefix: str = "") -> None:
        self.line, self.values, self.mistakes, self.prefix = line, values, mistakes, prefix

    def wrong(self, field: str, told: str) -> None:
        """Write a mistake down; the value is then taken as not there."""
        self.mistakes.append(Mistake(self.line, f"{self.prefix}{field}", told))

    def only(self, *known: str) -> None:
        """Every other field is a mistake: it may be a misspelt one."""
        for field in sorted(set(self.values) - set(known)):
            self.wrong(field, f"There is no such field. Known are {', '.join(known)}.")

    def text(self, field: str, *, longest: int = 200, needed: bool = True) -> str | None:
        value = self.values.get(field)
        if value is None or not str(value).strip():
            self.missing(field, needed, "a text")
            return None
        if isinstance(value, Decimal):
            value = str(value)
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            self.wrong(field, f"This is not a text of at most {longest} printable characters.")
            return None
        return value.strip()

    def number(self, field: str, *, needed: bool = True, low: Decimal | None = None) -> Decimal | None:
        value = self.values.get(field)
        if value is None:
            self.missing(field, needed, "a number")
            return None
        number = _decimal(value)
        if number is None or abs(number) >= Decimal(10) ** 15:
            told = f'{str(value)[:40]!r} is not a number. Write it with a decimal point, such as "1234.50".'
            self.wrong(field, told)
            return None
        if low is not None and number < low:
            self.wrong(field, f"{number} is below {low}.")
            return None
        return number

    def day(self, field: str, *, needed: bool = True) -> date | None:
        value = self.values.get(field)
        if value is None:
            self.missing(field, needed, "a date")
            return None
        day = _day(value)
        if day is None:
            self.wrong(field, f"{str(value)[:40]!r} is not a date. Write it as 2026-11-20.")
        return day

    def currency(self, field: str = "currency") -> str | None:
        value = self.values.get(field)
        if isinstance(value, str) and value in MINOR_DIGITS:
            return value
        self.wrong(field, f"{str(value)[:20]!r} is not a currency of ISO 4217. Write its three letters, such as EUR.")
        return None

    def flag(self, field: str, default: bool) -> bool:
        value = self.values.get(field, default)
        if not isinstance(value, bool):
            self.wrong(field, "Write true or false.")
            return default
        return value

    def choice(self, field: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.values.get(field, default)
        if value not in choices:
            self.wrong(field, f"{str(value)[:40]!r} is not one of {', '.join(choices)}.")
            return default
        return str(value)

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.values.get(field) or []
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.wrong(field, 'Write a list of texts, such as ["…"].')
            return ()
        return tuple(item.strip() for item in value)

    def rows(self, field: str) -> list[Row]:
        value = self.values.get(field) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(field, "Write a list of objects, or null.")
            return []
        return [Row(self.line, item, self.mistakes, f"{field}[{n}].") for n, item in enumerate(value, 1)]

    def missing(self, field: str, needed: bool, what: str) -> None:
        """A mistake if the field is needed."""
        if needed:
            self.wrong(field, f"It is missing. Write {what}.")


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if not isinstance(value, str):
        return None
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
