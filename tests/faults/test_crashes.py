"""Every named point of the worker, with every effect class, and a real kill -9 there (F1, F2); then all is well."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.fault_agent.house import ROOT
from bench.fault_agent.workload import thing
from tests.faults import commits
from tests.faults.telling import booked, nothing_is_violated, recover

REMOTE = ("idempotent", "askable", "once", "both")
# In an ordinary test run a seeded part of the points; all of them, in half a minute, with FAULTS=all.
EVERYTHING, SOME = os.environ.get("FAULTS") == "all", 24
# Where a worker passes with a run of which class. A point that is in no list is in `ELSEWHERE`, with its reason.
PASSES = {
    "run.claim": ("",),
    "run.claim_suspect": ("",),
    "run.renew": ("",),
    "plan.keep": (),
    "checkpoint.read": ("read", "transactional", "idempotent", "askable", "once", "both"),
    "proposal.open": ("transactional", "idempotent", "askable", "once", "both"),
    "proposal.denied": ("ungranted",),
    "effect.transactional": ("transactional", "both"),
    "effect.transactional.performed": ("transactional", "both"),
    "effect.intent": REMOTE,
    "effect.sending": REMOTE,
    "effect.call": REMOTE,
    "effect.called": REMOTE,
    "effect.record": REMOTE,
    "effect.refused": REMOTE,
    "effect.not_done": REMOTE,
    "effect.ask": ("askable",),
    "effect.asked": ("askable",),
    "effect.unknown": ("askable", "once"),
    "effect.settled": ("once",),
    "run.end": ("read",),
    "run.later": REMOTE,
    "run.asks": ("transactional", "once"),
    "run.stuck": REMOTE,
    "run.revise": ("transactional", "idempotent"),
    "checkpoint.carried": ("both",),
}
# Where a worker does not pass in this test: the others that do, or why nobody does.
ELSEWHERE = {
    "run.hand_back": "test_a_worker_that_is_asked_to_stop_and_killed",
    "run.hold": "test_switches",
    "run.waits_on": "a run is woken while people still have it: nothing does that today",
    "run.let_go": "a run of an agent that this worker's code does not know: tests/runs/test_troubles.py",
    "effect.asks": "a remote tool that asks before it sends: tests/runs/test_troubles.py",
    "message.": "tests/runs/test_messages.py",
    "model.": "tests/runs/gateway/test_performing.py",
    "child.": "tests/runs/planner/test_children.py",
    "step.skipped": "a checkpoint as after a read, in the same statement",
    "run.feedback": "a row and its event in one transaction, and nothing follows it",
    "run.start": "test_decisions",
    "run.cancel": "test_decisions",
    "sweep.": "test_the_ticker_dies_in_its_sweeps",
    "review.": "test_decisions",
    "desk.": "set up once, by hand",
    "intake.": "documents, not runs",
    "mail.": "tests/intake/test_crashes.py",
    "watch.": "tests/intake/test_folders.py",
    "way": "set up by hand, and looks, which repeat harmlessly: tests/intake/test_part.py",
    "schedule.": "tests/intake/test_schedules.py",
    "question.": "the row comes first, and nothing follows it: tests/web/test_mails.py",
    "webhook.": "tests/webhooks: calls repeat under their key, deliveries under their lease",
    "version.keep": "once per version of an agent, before its first run is accepted",
}


def pairs() -> list[str]:
    """Every point of a worker with every class that passes it: `effect.record.commit@once`."""
    found = []
    for name in commits.names():
        for point, kinds in PASSES.items():
            if name == point or name.removeprefix(point) in (".begin", ".commit", ".committed"):
                found += [f"{name}@{kind}" for kind in kinds]
    return sorted(found)


def test_every_point_is_crashed_at_somewhere():
    forgotten = [
        name
        for name in commits.points()
        if name not in PASSES and not any(name.startswith(elsewhere) for elsewhere in ELSEWHERE)
    ]
    assert forgotten == []


def things(tag: str, number: int, pick: random.Random, wanted: set[str]) -> dict:
    """Runs that together pass everywhere, most of them of the kinds that were not killed where they should be."""
    missing = sorted({pair.partition("@")[2] for pair in wanted} - {""})
    kind = pick.choice(("read", "transactional", *REMOTE, *REMOTE))
    if missing and pick.random() < 0.7:
        kind = pick.choice(missing)
    more = {"trouble": pick.choice(("", "", "lose", "lose", "429", "429x3", "refuse", "drop", "drop"))}
    if pick.random() < 0.25:
        more["amount"] = "12000.00"
        more["moves"] = pick.choice((0, 0, 1))
    if pick.random() < 0.12:
        more["ask"], kind = 1, pick.choice(("transactional", "once"))
    return thing(f"{tag}-{number}", kind, 0, **more)


def test_a_kill_at_every_point_with_every_class_loses_and_doubles_nothing(house, seed, tmp_path: Path):
    pick = random.Random(seed)
    wanted = set(pairs() if EVERYTHING else pick.sample(pairs(), SOME))
    folder = tmp_path / "fired"
    folder.mkdir()
    arms = {"pairs": sorted(wanted), "folder": str(folder), "does": "kill"}
    house.ticker()
    house.people()
    number, until = 0, time.monotonic() + 240
    while wanted and time.monotonic() < until:
        if house.count("SELECT count(*) FROM runs_run WHERE status IN ('queued', 'running')") < 30:
            house.submit([things(f"c{seed}", number + more, pick, wanted) for more in range(40)])
            number += 40
        while list(house.alive.values()).count("worker") < 5:
            house.worker(arms, threads=2)
        time.sleep(0.05)
        wanted -= {file.name for file in folder.iterdir()}
    recover(house)
    assert wanted == set(), f"never reached in {number} runs"
    nothing_is_violated(house)


def test_a_worker_that_is_asked_to_stop_and_killed_while_it_hands_back(house):
    for point in ("run.hand_back.begin", "run.hand_back.committed"):
        things_ = [thing(f"stop-{point}-{number}", "transactional", read_trouble="late") for number in range(4)]
        house.submit(things_)
        worker = house.worker({"points": [point]})
        house.wait(lambda: house.count("SELECT count(*) FROM runs_run WHERE status = 'running'") > 0, 10, "no claim")
        house.kill(worker, signal.SIGTERM)
        house.died(worker)
    recover(house)


def test_the_ticker_dies_in_its_sweeps(house):
    house.submit([thing(f"sweep-{number}", "idempotent", trouble="lose") for number in range(10)])
    worker = house.worker({"points": ["effect.called"], "after": 2})
    house.died(worker)
    for point in ("sweep.lapsed.commit", "sweep.lapsed.committed", "sweep.timers.begin", "sweep.timers.committed"):
        ticker = house.ticker({"points": [point]})
        assert house.died(ticker) == -signal.SIGKILL
    recover(house)


@pytest.mark.parametrize("kind", ["idempotent", "askable", "once"] if EVERYTHING else ["once"])
def test_a_worker_started_the_ordinary_way_dies_after_the_receiver_has_booked(house, kind):
    """The same as `AGENTOPS_FAULT=effect.called:kill python bench/worker.py`: no fork, no compressed time."""
    what = f"ordinary-{kind}"
    house.submit([thing(what, kind)])
    environment = {**house.environment, "AGENTOPS_FAULT": "effect.called:kill"}
    worker = subprocess.Popen(
        [sys.executable, "bench/worker.py"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert worker.wait(60) == -signal.SIGKILL
    assert booked(house, what) == 1
    recover(house)
    assert booked(house, what) == 1
