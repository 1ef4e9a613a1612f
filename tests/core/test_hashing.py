"""One value has one spelling and one digest."""

import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentops.core.hashing import canonical_json, digest, plain, sha256_hex

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))


class Colour(StrEnum):
    RED = "red"


class Odd(str, Enum):
    ONE = "one"


@given(VALUES)
def test_the_spelling_is_that_of_the_standard_library_sorted_and_without_spaces(value):
    expected = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical_json(value) == expected


@given(VALUES)
def test_reading_and_spelling_again_changes_nothing(value):
    assert canonical_json(json.loads(canonical_json(value))) == canonical_json(value)


@given(st.dictionaries(TEXT, SCALARS, max_size=6))
def test_the_order_in_which_fields_were_set_does_not_matter(value):
    assert digest(dict(reversed(list(value.items())))) == digest(value)


@given(VALUES, VALUES)
def test_different_values_have_different_spellings(one, other):
    same = canonical_json(one) == canonical_json(other)
    assert same == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))


def test_dates_amounts_ids_and_names_of_choices_become_strings():
    value = {
        "amount": Decimal("10.50"),
        "day": date(2026, 3, 2),
        "at": datetime(2026, 3, 2, 9, 30, 0, 1, tzinfo=UTC),
        "id": UUID(int=7),
        "colour": Colour.RED,
        "odd": Odd.ONE,
        "bytes": b"\x01\xff",
        "pair": (1, True),
    }
    assert canonical_json(value) == (
        b'{"amount":"10.50","at":"2026-03-02T09:30:00.000001+00:00","bytes":"01ff","colour":"red","day":"2026-03-02",'
        b'"id":"00000000-0000-0000-0000-000000000007","odd":"one","pair":[1,true]}'
    )


class FloatingEnum(Enum):
    HALF = 0.5


class FloatingDict(dict):
    pass


@dataclass
class Thing:
    name: str


@pytest.mark.parametrize(
    "value",
    [
        1.0, math.nan, {"a": [1.5]}, (1.5,), FloatingEnum.HALF, FloatingDict(a=1.5), [FloatingDict(a=1.5)],
        2**53, -(2**53), "\ud800", {1: 2}, {Colour.RED: 1}, {None: 1}, {1, 2}, object(), Thing("x"), 1j,
    ],
)  # fmt: skip
def test_what_has_no_one_spelling_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)


def test_plain_spells_floats_large_integers_sets_and_other_keys_as_strings():
    value = {"f": 0.1, "n": 2**60, Colour.RED: {3: None}, "s": {"b", "a"}, Odd.ONE: FloatingEnum.HALF}
    assert plain(value) == {"f": "0.1", "n": str(2**60), "red": {"3": None}, "s": ["a", "b"], "one": "0.5"}
    assert len(digest(value)) == 64


def test_two_keys_that_would_become_one_are_refused():
    with pytest.raises(TypeError, match="same once"):
        plain({1: "a", "1": "b"})


def test_a_digest_is_the_hash_of_the_spelling():
    assert digest({"b": 1, "a": 2}) == sha256_hex(b'{"a":2,"b":1}')


@given(
    st.recursive(
        SCALARS | st.floats() | st.integers(),
        lambda i: st.lists(i) | st.dictionaries(st.integers() | TEXT, i, max_size=1),
    )
)
def test_every_plain_value_has_a_digest(value):
    assert digest(value) == digest(plain(value))
