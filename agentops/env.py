"""Typed readers of the environment; each remembers what it read, which holds docs/settings.md true."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

HOME = Path(__file__).resolve().parent.parent
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
Value = TypeVar("Value")
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


class SettingUnusable(ImproperlyConfigured):
    """A variable holds something that cannot be read; the message says what to set."""


@dataclass(frozen=True)
class Reading:
    """One variable: what it is called, how it is read, what it means."""

    name: str
    kind: str
    default: str
    meaning: str


READINGS: dict[str, Reading] = {}


def text(name: str, default: str, meaning: str, *, choices: tuple[str, ...] = ()) -> str:
    """A string; raises `SettingUnusable` if it is none of `choices`."""

    def read(raw: str) -> str:
        if choices and raw not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return raw

    kind = "text" if not choices else " or ".join(f"`{choice}`" for choice in choices)
    return _read(name, kind, default, meaning, read)


def boolean(name: str, default: bool, meaning: str) -> bool:
    """Yes or no; raises `SettingUnusable`."""

    def read(raw: str) -> bool:
        if raw.lower() not in TRUE | FALSE:
            raise ValueError("yes or no")
        return raw.lower() in TRUE

    return _read(name, "yes or no", default, meaning, read)


def integer(name: str, default: int, meaning: str, *, low: int = 0, high: int = 2**31) -> int:
    """A whole number within bounds; raises `SettingUnusable`."""

    def read(raw: str) -> int:
        if not re.fullmatch(r"-?\d+", raw) or not low <= int(raw) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(raw)

    return _read(name, "whole number", default, meaning, read)


def decimal(name: str, default: Decimal, meaning: str) -> Decimal:
    """An amount of zero or more; raises `SettingUnusable`."""

    def read(raw: str) -> Decimal:
        try:
            value = Decimal(raw)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value < 0:
            raise ValueError("an amount such as 10000.00")
        return value

    return _read(name, "amount", default, meaning, read)


def duration(name: str, default: timedelta, meaning: str) -> timedelta:
    """A length of time such as `500ms`, `30s`, `15m`, `12h`, `90d`; raises `SettingUnusable`."""

    def read(raw: str) -> timedelta:
        match = re.fullmatch(r"(\d+)(ms|s|m|h|d)", raw)
        if not match:
            raise ValueError("a length of time such as 500ms, 30s, 15m, 12h or 90d")
        return timedelta(seconds=int(match[1]) * UNITS[match[2]])

    return _read(name, "length of time", default, meaning, read)


def day(name: str, meaning: str) -> date | None:
    """A date such as 2026-11-20, or nothing; raises `SettingUnusable`."""

    def read(raw: str) -> date:
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise ValueError("a date such as 2026-11-20") from None

    return _read(name, "date", None, meaning, read)


def path(name: str, default: Path, meaning: str) -> Path:
    """A file or folder, made absolute."""
    return _read(name, "path", default, meaning, lambda raw: Path(raw).expanduser().absolute())


def items(name: str, default: tuple[str, ...], meaning: str) -> list[str]:
    """A list separated by commas."""

    def read(raw: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in raw.split(",") if part.strip())

    return list(_read(name, "list, separated by commas", default, meaning, read))


def url(name: str, default: str, meaning: str, *, schemes: tuple[str, ...]) -> str:
    """An address with one of `schemes`, or empty; raises `SettingUnusable`, which never repeats the value."""

    def read(raw: str) -> str:
        if urlsplit(raw).scheme not in schemes:
            raise ValueError("an address that begins with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return raw

    return _read(name, "address", default, meaning, read, secret=True)


def secret(name: str, meaning: str, *, file: Path | None = None) -> str:
    """A secret from `NAME`, else from the file that `NAME_FILE` names, else from `file`, else empty.

    Raises `SettingUnusable` if a file that was named cannot be read.
    """
    READINGS[name] = Reading(name, "secret, or a file in `" + name + "_FILE`", _shown(file), meaning)
    if value := os.environ.get(name, "").strip():
        return value
    if named := os.environ.get(f"{name}_FILE", "").strip():
        return _content(name, Path(named))
    return file.read_text().strip() if file is not None and _readable(file) else ""


def _content(name: str, file: Path) -> str:
    try:
        value = file.read_text().strip()
    except OSError as error:
        raise SettingUnusable(f"{name}_FILE names {file}, which cannot be read ({error.strerror}).") from None
    if not value:
        raise SettingUnusable(f"{name}_FILE names {file}, which is empty: put the secret in it.")
    return value


def _readable(file: Path) -> bool:
    try:
        return file.is_file() and os.access(file, os.R_OK)
    except OSError:
        return False


def _read(
    name: str, kind: str, default: Value, meaning: str, read: Callable[[str], Value], *, secret: bool = False
) -> Value:
    READINGS[name] = Reading(name, kind, _shown(default), meaning)
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return read(raw)
    except ValueError as error:
        found = "something else" if secret else repr(raw)
        raise SettingUnusable(f"{name} is {found}: set it to {error}.") from None


def _shown(value: Any) -> str:
    if value is None or value == "" or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        unit = next(unit for unit in ("d", "h", "m", "s", "ms") if seconds % UNITS[unit] == 0)
        return f"{round(seconds / UNITS[unit])}{unit}"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, Path) and value.is_relative_to(HOME):
        return str(value.relative_to(HOME))
    return str(value)
