"""The environment is read with types, and a wrong value says what to set."""

from datetime import timedelta
from decimal import Decimal

import pytest

from agentops import env


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch):
    monkeypatch.setattr(env, "READINGS", {})


@pytest.mark.parametrize(
    ("reader", "raw", "value"),
    [
        (lambda: env.boolean("X", False, ""), "yes", True),
        (lambda: env.boolean("X", True, ""), "0", False),
        (lambda: env.integer("X", 1, ""), "42", 42),
        (lambda: env.decimal("X", Decimal(0), ""), "10000.50", Decimal("10000.50")),
        (lambda: env.duration("X", timedelta(0), ""), "15m", timedelta(minutes=15)),
        (lambda: env.items("X", (), ""), "a, b,,", ["a", "b"]),
        (lambda: env.text("X", "a", "", choices=("a", "b")), "b", "b"),
        (lambda: env.url("X", "", "", schemes=("redis",)), "redis://h/0", "redis://h/0"),
    ],
)
def test_a_value_is_read_with_its_type(monkeypatch, reader, raw, value):
    monkeypatch.setenv("X", raw)
    assert reader() == value


@pytest.mark.parametrize(
    ("reader", "raw", "said"),
    [
        (lambda: env.boolean("X", False, ""), "maybe", "X is 'maybe': set it to yes or no."),
        (lambda: env.integer("X", 1, "", high=9), "10", "X is '10': set it to a whole number from 0 to 9."),
        (
            lambda: env.decimal("X", Decimal(0), ""),
            "NaN",
            "X is 'NaN': set it to an amount such as 10000.00.",
        ),
        (
            lambda: env.duration("X", timedelta(0), ""),
            "15",
            "X is '15': set it to a length of time such as 500ms",
        ),
        (lambda: env.day("X", ""), "tomorrow", "X is 'tomorrow': set it to a date such as 2026-11-20."),
        (lambda: env.text("X", "a", "", choices=("a", "b")), "c", "X is 'c': set it to one of a, b."),
    ],
)
def test_a_wrong_value_says_what_to_set(monkeypatch, reader, raw, said):
    monkeypatch.setenv("X", raw)
    with pytest.raises(env.SettingUnusable) as caught:
        reader()
    assert said in str(caught.value)


def test_an_address_is_never_repeated_in_an_error_because_it_may_hold_a_password(monkeypatch):
    monkeypatch.setenv("X", "mysql://me:hunter2@host/db")
    with pytest.raises(env.SettingUnusable) as caught:
        env.url("X", "", "", schemes=("postgresql",))
    assert "hunter2" not in str(caught.value)
    assert "postgresql://" in str(caught.value)


def test_a_secret_comes_from_the_variable_then_from_the_named_file_then_from_the_given_one(monkeypatch, tmp_path):
    named, given = tmp_path / "named", tmp_path / "given"
    named.write_text("from the named file\n")
    given.write_text("from the given file\n")
    assert env.secret("X", "", file=given) == "from the given file"
    monkeypatch.setenv("X_FILE", str(named))
    assert env.secret("X", "", file=given) == "from the named file"
    monkeypatch.setenv("X", "from the variable")
    assert env.secret("X", "", file=given) == "from the variable"


def test_a_secret_file_that_cannot_be_read_is_an_error_that_names_it(monkeypatch, tmp_path):
    monkeypatch.setenv("X_FILE", str(tmp_path / "absent"))
    with pytest.raises(env.SettingUnusable, match="absent"):
        env.secret("X", "")
