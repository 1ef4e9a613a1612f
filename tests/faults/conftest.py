"""One house for all fault tests: servers, receivers and a nursery; each test starts with nobody at work.

They run on one worker of xdist (tests/early.py).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.fault_agent.house import House


def pytest_itemcollected(item: pytest.Item) -> None:
    if Path(item.path).parent == Path(__file__).parent and "house" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def the_house() -> Iterator[House]:
    with House() as house:
        yield house


@pytest.fixture
def house(the_house: House) -> Iterator[House]:
    """The house with everybody sent home, before and after."""
    _empty(the_house)
    yield the_house
    _empty(the_house)


def _empty(house: House) -> None:
    house.mood(chances={}, down=False)
    house.kill_all()


@pytest.fixture
def seed() -> int:
    """The seed of what is random: set FAULT_SEED to repeat a failure."""
    return int(os.environ.get("FAULT_SEED", "20"))
