"""Receivers that dawdle, lie, break and are away (F20 to F22)."""

import random
import time

import pytest

from bench.fault_agent.workload import thing, things
from tests.faults.telling import booked, nothing_is_violated, recover, status_of

REMOTE = ("idempotent", "askable", "once")


@pytest.mark.parametrize("trouble", ["drip", "huge", "length", "late", "slow"])
def test_a_slow_loris_holds_nobody_beyond_the_deadline(house, trouble):
    """F20: a byte a second, ten gigabytes, a wrong length; the run goes on, and it was booked once."""
    batch = [thing(f"f20-{trouble}-{kind}", kind, trouble=trouble) for kind in REMOTE]
    batch.append(thing(f"f20-{trouble}-read", "read", read_trouble=trouble))
    house.ticker()
    house.people()
    house.worker(threads=4)
    house.submit(batch)
    others = things(f"f20-{trouble}-others", 3)
    house.submit(others)
    house.rest(25)
    calls = house.rows("SELECT max(duration_ms) FROM runs_toolcall WHERE tool LIKE 'fault_%%'")
    assert calls[0][0] < 1500, "a call went on long after its deadline"
    for given in batch[:3]:
        assert booked(house, given["what"]) == 1


def test_a_mix_of_errors_ends_with_each_thing_done_once(house, seed):
    """F21: three answers of ten are wrong, each in its own way."""
    pick = random.Random(seed)
    house.mood(
        chances={
            "429": 0.05,
            "500": 0.05,
            "502": 0.04,
            "garbage": 0.04,
            "error200": 0.04,
            "lose": 0.05,
            "booked500": 0.03,
        },
        seed=pick.randrange(1000),
    )
    house.ticker()
    house.people()
    for _ in range(2):
        house.worker(threads=4)
    house.submit(things(f"f21-{seed}", 10, ("read", *REMOTE, "both")))
    house.rest(45)


def test_in_an_outage_runs_wait_and_nobody_stampedes(house):
    """F22: the breaker opens after five failures, a probe now and then, and all is drained afterwards."""
    house.mood(down=True)
    house.ticker()
    house.worker(threads=8)
    batch = [thing(f"f22-{kind}-{number}", kind) for kind in ("idempotent", "read") for number in range(15)]
    house.submit(batch)
    time.sleep(3.0)
    assert house.count("SELECT count(*) FROM tools_registry_breaker WHERE opened_at IS NOT NULL") >= 1
    asked = house.count("SELECT count(*) FROM runs_toolcall c JOIN runs_run r ON r.id = c.run_id "
        "WHERE r.request_key LIKE 'f22-%%' AND c.tool = 'fault_look'")  # fmt: skip
    assert asked <= 60, "the breaker did not hold"
    assert house.count("SELECT count(*) FROM runs_run WHERE request_key LIKE 'f22-%%' AND status = 'failed'") == 0
    house.mood(down=False)
    recover(house)
    assert {status_of(house, given["what"])[0] for given in batch} == {"completed"}


def test_an_outage_that_outlasts_all_tries_leaves_a_person_a_way_out(house):
    """What was certainly not sent can be sent again, sent back or given up."""
    house.submit([thing("f22-stuck", "once", trouble="429x9")])
    house.ticker()
    house.worker()
    house.wait(lambda: status_of(house, "f22-stuck") == ("awaiting", "review"), 20, "it never gives up")
    assert booked(house, "f22-stuck") == 0
    verdict, _ = house.ask("decide_this", "f22-stuck", "reject", code="elsewhere")
    assert verdict == "reject"
    assert house.rows("SELECT e.status FROM runs_effect e JOIN runs_run r ON r.id = e.run_id "
        "WHERE r.request_key = 'f22-stuck'") == [("refused",)]  # fmt: skip
    nothing_is_violated(house)
