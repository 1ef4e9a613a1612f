"""PostgreSQL and Redis die, restart and lose connections under load; nothing that was answered is lost (F4 to F7)."""

import random
import signal
import time

import pytest

from bench.fault_agent.proxy import Proxy
from bench.fault_agent.workload import CLASSES, thing, things
from tests.faults.telling import nothing_is_violated, recover, status_of


def staff(house, workers=3, **more):
    house.ticker()
    house.people()
    return [house.worker(threads=3, **more) for _ in range(workers)]


def patiently(what, seconds=20):
    """A client that was cut off asks again, with the same key."""
    until = time.monotonic() + seconds
    while True:
        try:
            return what()
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGQUIT], ids=["kill -9", "immediate"])
def test_postgres_dies_under_load_and_workers_come_back(house, how):
    """F4: no process is replaced; ticker, workers and people live through it."""
    everybody = [*staff(house, 2), *house.alive]
    batch = things(f"pg-{how.name}", 6)
    patiently(lambda: house.submit(batch))
    house.wait(lambda: house.count("SELECT count(*) FROM runs_run WHERE status = 'running'") > 0, 10, "nothing runs")
    house.servers.stop_postgres(how)
    time.sleep(0.3)
    house.servers.start_postgres()
    patiently(lambda: house.submit(batch))  # the same requests again start nothing twice
    patiently(lambda: house.rest(45))
    assert set(everybody) <= set(house.alive), "somebody died of it"


def test_connections_are_cut_at_commits_and_nobody_assumes(house, seed):
    """F5: the outcome of a commit is unknown; what is there is read again, and decides."""
    proxy = Proxy(house.folder / f"proxy-{seed}-{time.time_ns()}", house.servers.sockets, chance=0.03, seed=seed)
    try:
        house.submit(things(f"cut-{seed}", 8))
        staff(house, 3, database_host=proxy.host)
        until = time.monotonic() + 30
        while sum(proxy.cuts.values()) < 20 and time.monotonic() < until:
            if house.count("SELECT count(*) FROM runs_run WHERE status IN ('queued', 'running')") < 15:
                house.submit(things(f"cut-{seed}-{time.time_ns()}", 4))
            time.sleep(0.1)
        assert min(proxy.cuts.values()) >= 4
        recover(house)
    finally:
        proxy.close()


def test_redis_is_emptied_and_killed_and_only_seconds_are_lost(house):
    """F6."""
    staff(house, 2)
    house.submit(things("redis", 4))
    house.servers.client().flushall()
    house.submit(things("redis-flushed", 4))
    house.servers.kill_redis()
    with_no_bell = things("redis-dead", 4)
    house.submit(with_no_bell)
    house.servers.start_redis()
    while list(house.alive.values()).count("worker") < 2:  # what the supervisor does
        house.worker()
    house.rest(20)


def test_bells_that_come_twice_late_or_never_change_nothing(house, seed):
    """F7."""
    pick, client = random.Random(seed), house.servers.client()
    staff(house, 3)
    for number in range(25):
        house.submit([thing(f"bell-{seed}-{number}", pick.choice(CLASSES), number)])
        what = pick.choice(("twice", "never", "late"))
        if what == "twice":
            client.rpush("agentops:rings", *[1] * pick.randrange(2, 30))
        elif what == "never":
            client.delete("agentops:rings", "agentops:looking", "rq:queue:default")
        else:
            client.set("agentops:looking", 1, ex=1)  # somebody seems to listen, and does not
    house.rest(20)
    assert house.count("SELECT count(*) FROM runs_run WHERE request_key LIKE 'bell-%%' AND epoch > 12") == 0
    nothing_is_violated(house)


def test_a_run_whose_bell_was_lost_begins_within_seconds(house):
    house.ticker()
    house.worker()
    time.sleep(1.5)  # the worker has nothing to do and listens to nobody
    house.submit([thing("unheard", "transactional")])
    house.servers.client().flushall()
    house.wait(lambda: status_of(house, "unheard")[0] == "completed", 10, "the bell was lost, and the run with it")
