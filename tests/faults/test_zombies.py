"""A worker is paused beyond its lease, another carries its runs on, and then the first one wakes up (F10)."""

import signal
import time

from bench.fault_agent.workload import thing, things
from tests.faults.telling import booked, nothing_is_violated, recover, status_of

POINTS = [
    *("checkpoint.read.begin@read", "checkpoint.read.begin@transactional", "effect.transactional.begin@transactional"),
    *("effect.intent.begin@idempotent", "effect.intent.committed@askable", "effect.intent.committed@once"),
    *("effect.sending.begin@once", "effect.sending.committed@idempotent", "effect.sending.committed@askable"),
    *("effect.call@idempotent", "effect.call@askable", "effect.call@once"),
    *("effect.called@idempotent", "effect.called@askable", "effect.called@once"),
    *("effect.record.begin@idempotent", "effect.record.begin@once", "proposal.open.begin@transactional"),
    *("effect.ask@askable", "effect.asked@askable", "run.claim.committed@", "run.renew.begin@"),
]


def test_zombies_at_every_kind_of_point_change_nothing_when_they_wake(house, tmp_path):
    folder = tmp_path / "stopped"
    folder.mkdir()
    arms = {"pairs": POINTS, "folder": str(folder), "does": "stop"}
    kinds = ("read", "transactional", "idempotent", "askable", "once")
    house.submit(things("zombie", 6, kinds) + things("zombie-lost", 4, ("askable",), trouble="lose"))
    house.submit([thing(f"zombie-gated-{number}", "transactional", 4) for number in range(3)])
    house.ticker()
    house.people()
    zombies: list[int] = []
    until = time.monotonic() + 25
    while len(list(folder.iterdir())) < len(POINTS) and time.monotonic() < until:
        fired = {note["pid"] for note in house.fired()}
        if sum(1 for pid in zombies if pid not in fired) < 5:
            zombies.append(house.worker(arms, threads=2))
        time.sleep(0.05)
    stopped = {note["pid"] for note in house.fired()} & set(zombies)
    house.worker()
    time.sleep(house.lease * 1.3)
    for pid in stopped:
        house.kill(pid, signal.SIGCONT)
    time.sleep(0.7)
    assert len(stopped) >= len(POINTS) - 3, set(POINTS) - {file.name for file in folder.iterdir()}
    recover(house)
    nothing_is_violated(house)


def test_a_zombie_between_check_and_call_does_not_send_after_its_time(house):
    house.submit([thing("late-sender", "once")])
    zombie = house.worker({"points": ["effect.call"], "does": "stop"})
    house.wait(lambda: [note for note in house.fired() if note["pid"] == zombie], 10, "it was not stopped")
    house.ticker()
    house.worker()
    house.wait(lambda: status_of(house, "late-sender") == ("awaiting", "review"), 15, "nobody took the run over")
    house.kill(zombie, signal.SIGCONT)
    time.sleep(0.8)
    assert booked(house, "late-sender") == 0  # its call had a deadline, and that had passed
    recover(house)
    assert booked(house, "late-sender") == 1
    nothing_is_violated(house)
