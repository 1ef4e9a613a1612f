"""Canonical JSON and digests: one value, one sequence of bytes, one hash, on every machine."""

import hashlib
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

import orjson

# Integers beyond 53 bits are refused, as RFC 8785 does: readers in other languages would round them.
_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_DATACLASS
_LARGEST_INTEGER: Final = 2**53 - 1
_SIMPLE: Final = frozenset({str, int, bool, type(None), Decimal, UUID, bytes})


def canonical_json(value: Any) -> bytes:
    """The one spelling of `value` in JSON: sorted keys, no spaces, UTF-8 (RFC 8785 without floats).

    Strings, integers, booleans, None, lists, tuples and dicts stand for themselves; Decimal, UUID, dates and
    bytes (as hex) become strings, an Enum its value. Keys are sorted by code point. Raises `TypeError` for
    anything else: floats, keys that are not strings, integers beyond 53 bits, lone surrogates.
    """
    _refuse_what_has_no_one_spelling(value)
    return orjson.dumps(value, default=_as_string, option=_OPTIONS)


def digest(value: Any) -> str:
    """The SHA-256, in hex, of any plain value; floats count by their shortest spelling."""
    try:
        spelled = canonical_json(value)
    except TypeError:
        spelled = canonical_json(plain(value))
    return hashlib.sha256(spelled).hexdigest()


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def plain(value: Any) -> Any:
    """`value` with what canonical JSON refuses spelled as strings: floats, large integers, other keys.

    Raises `TypeError` for objects that are no data, and for two keys that would become one.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:  # what nearly everything is, told without asking twice
        return value
    if kind is dict:
        return _plain_mapping(value)
    if kind is float:
        return repr(value)
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=canonical_json)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST_INTEGER:
        return str(value)
    if isinstance(value, str | int | None):
        return value
    return _as_string(value)


def _plain_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    made = {key if type(key) is str else _plain_key(key): plain(item) for key, item in value.items()}
    if len(made) != len(value):
        raise TypeError("Two keys of this object are the same once they are written down.")
    return made


def _plain_key(key: Any) -> str:
    if key is None or isinstance(key, bool):
        raise TypeError(f"{key!r} cannot name a field.")
    # str() of a str subclass may be anything (an Enum's is its name): join takes the characters.
    return "".join(key) if isinstance(key, str) else str(plain(key))


def _refuse_what_has_no_one_spelling(value: Any) -> None:
    # orjson writes floats without asking, so they are looked for first.
    kind = type(value)
    if kind in _SIMPLE:
        return
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise TypeError(f"A field is named by a string, not by {key!r}.")
            if type(item) not in _SIMPLE:
                _refuse_what_has_no_one_spelling(item)
    elif kind is list or kind is tuple:
        for item in value:
            if type(item) not in _SIMPLE:
                _refuse_what_has_no_one_spelling(item)
    else:
        _refuse_unusual(value)


def _refuse_unusual(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("A float has no one spelling; use Decimal, or plain() first.")
    if isinstance(value, Enum):
        _refuse_what_has_no_one_spelling(value.value)
    elif isinstance(value, dict):
        _refuse_what_has_no_one_spelling(dict(value))
    elif isinstance(value, list):
        _refuse_what_has_no_one_spelling(list(value))


def _as_string(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not data that can be written down in one way.")
