"""The house of the fault tests keeps its books right: who is alive, and who only has the number of somebody dead."""

import io
import json
from types import SimpleNamespace

import pytest

from bench.fault_agent.house import House


class Nursery:
    """Answers each start with the same process number, as a system does that has few of them."""

    def __init__(self, house: House, number: int) -> None:
        self.house, self.number = house, number
        self.stdin = SimpleNamespace(write=self.asked, flush=lambda: None)

    def asked(self, line: str) -> None:
        self.tells({"id": json.loads(line)["id"], "pid": self.number})

    def tells(self, *told: dict) -> None:
        self.stdout = io.StringIO("".join(json.dumps(one) + "\n" for one in told))
        self.house._listen()


@pytest.fixture
def house():
    house = House()
    yield house
    house.close()


def test_a_process_number_that_is_given_out_again_is_somebody_new_and_alive(house):
    house.nursery = nursery = Nursery(house, 4711)
    assert house.worker() == 4711
    nursery.tells({"died": 4711, "code": -9})
    assert (house.alive, house.died(4711)) == ({}, -9)

    assert house.people() == 4711
    assert house.alive == {4711: "people"}
    assert house.dead == {}
    nursery.tells({"died": 4711, "code": 0})
    assert (house.alive, house.died(4711)) == ({}, 0)


def test_who_dies_before_the_house_hears_of_their_start_is_dead(house):
    house.nursery = nursery = Nursery(house, 4712)
    nursery.asked = lambda line: nursery.tells({"id": json.loads(line)["id"], "pid": 4712}, {"died": 4712, "code": 1})
    nursery.stdin.write = nursery.asked
    house.worker()
    assert (house.alive, house.dead) == ({}, {4712: 1})
