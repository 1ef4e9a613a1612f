"""The draw for blind checks: its probability is what was asked for, and it is kept."""

from decimal import Decimal

import pytest

from tools_registry import sampling
from tools_registry.sampling import draw

D = Decimal


def test_never_and_always():
    assert not any(draw(D(0)).drawn for _ in range(200))
    assert all(draw(D(1)).drawn for _ in range(200))


@pytest.mark.parametrize(("rate", "probability"), [(D(-1), 0), (D(7), 1), (D("NaN"), 1), (D("Infinity"), 1)])
def test_the_probability_is_held_within_nought_and_one(rate, probability):
    assert draw(rate).probability == probability


def test_the_roll_decides_and_is_told(monkeypatch):
    for roll, drawn in ((99_999_999, True), (100_000_000, False)):
        monkeypatch.setattr(sampling.secrets, "randbelow", lambda steps, roll=roll: roll)
        assert draw(D("0.1")) == (drawn, D("0.1"), D(roll) / 10**9)


def test_about_one_in_five():
    assert 100 < sum(draw(D("0.2")).drawn for _ in range(1000)) < 300
