"""The long fault run: seeded kills, zombies, flushes, restarts and bad receivers, all at once; then the invariants.

    python bench/faults.py --faults 10000 --seed 7 [--workers 5] [--json]

Real processes die by real signals at random named points and at random moments, while fresh runs keep coming and
people keep deciding. At the end healthy workers finish everything, and a separate program looks for violations.
Prints faults by kind, runs, lost, duplicates, parked, recovery times and violations by invariant; exit 1 on any.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg
import redis

from bench.fault_agent.house import House, NotInTime
from bench.fault_agent.workload import CLASSES, thing

# What happens, and how often of a thousand. The first three happen to a worker at a named point.
KINDS = {
    "kill at a point": 640,
    "zombie": 130,
    "sleep beyond the lease": 25,
    "kill from outside": 90,
    "people killed": 40,
    "ticker killed": 25,
    "redis flushed": 20,
    "bells doubled": 18,
    "redis killed": 3,
    "postgres killed": 2,
    "postgres restarted": 2,
    "receivers down": 5,
}
TROUBLES = (
    "",
    "",
    "",
    "",
    "",
    "lose",
    "drop",
    "429",
    "500",
    "booked500",
    "garbage",
    "error200",
    "refuse",
    "late",
    "503x2",
)
MOOD = {"lose": 0.01, "500": 0.01, "429": 0.005, "garbage": 0.005, "slow": 0.005}
IN_HAND = 60  # runs that are neither ended nor waiting for people


class Soak:
    """One long run."""

    def __init__(self, house: House, faults: int, seed: int, workers: int, tag: str = "soak") -> None:
        self.house, self.wanted, self.workers = house, faults, workers
        self.random, self.tag = random.Random(seed), tag
        self.done: Counter[str] = Counter()
        self.plan: dict[int, str] = {}  # armed process -> what it is to suffer
        self.later: list[tuple[float, int, signal.Signals]] = []
        self.seen_notes, self.runs = len(house.fired()), 0
        self.next_feed = 0.0

    def go(self) -> None:
        """Until there were enough faults; then let everything finish."""
        self.house.mood(chances=MOOD, seed=self.random.randrange(2**31))
        self.house.ticker()
        self.house.people()
        while sum(self.done.values()) < self.wanted:
            self.notice()
            self.follow_up()
            self.feed()
            self.staff()
            time.sleep(0.01)
        self.calm()

    def notice(self) -> None:
        """Count what has fired, and see to it that zombies come back."""
        fired = self.house.fired()
        for note in fired[self.seen_notes :]:
            kind = self.plan.pop(note["pid"], "kill at a point")
            self.done[kind] += 1
            if note["does"] == "stop":
                back = time.time() + self.random.uniform(1.2, 2.8) * self.house.lease
                self.later.append((back, note["pid"], signal.SIGCONT))
                self.later.append((back + self.random.uniform(0.2, 1.5), note["pid"], signal.SIGKILL))
            elif note["does"] != "kill":
                self.later.append((time.time() + float(note["does"]) + 0.5, note["pid"], signal.SIGKILL))
        self.seen_notes = len(fired)

    def follow_up(self) -> None:
        due = [item for item in self.later if item[0] <= time.time()]
        self.later = [item for item in self.later if item[0] > time.time()]
        for _, pid, how in sorted(due):
            if pid in self.plan and how is signal.SIGKILL:
                self.done[self.plan.pop(pid)] += 1
            self.house.kill(pid, how)

    def feed(self) -> None:
        """Keep some runs in hand; a request that got no answer is made again."""
        if time.time() < self.next_feed:
            return
        self.next_feed = time.time() + 0.2
        open_ = "SELECT count(*) FROM runs_run WHERE status IN ('queued', 'running') OR awaiting = 'timer'"
        if self.patiently(lambda: self.house.count(open_)) >= IN_HAND:
            return
        things = [self.thing(self.runs + number) for number in range(IN_HAND // 2)]
        self.patiently(lambda: self.house.submit(things))
        self.runs += len(things)

    def thing(self, number: int) -> dict[str, Any]:
        pick = self.random
        given = thing(f"{self.tag}-{number}", pick.choice(CLASSES), number, trouble=pick.choice(TROUBLES))
        if pick.random() < 0.03:
            given["ask"] = 1
        if pick.random() < 0.1:
            given["moves"] = 1
        return given

    def staff(self) -> None:
        """As many workers as there should be, each with its fate; one ticker; people."""
        house = self.house
        stopped = {pid for _, pid, how in self.later if how is signal.SIGCONT}
        here = Counter(kind for pid, kind in list(house.alive.items()) if pid not in stopped)
        while here["worker"] < self.workers and sum(self.done.values()) < self.wanted:
            here["worker"] += 1
            self.hire()
        if not here["ticker"]:
            house.ticker()
        if not here["people"]:
            house.people()

    def hire(self) -> None:
        """The next fault by the seed, and the worker that suffers it or works beside it."""
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        arms = {"after": self.random.randrange(0, 60), "seed": self.random.randrange(2**31)}
        threads = self.random.choice((1, 1, 2, 4))
        if kind == "kill at a point":
            self.plan[self.house.worker({**arms, "does": "kill"}, threads=threads)] = kind
        elif kind == "zombie":
            self.plan[self.house.worker({**arms, "does": "stop"}, threads=threads)] = kind
        elif kind == "sleep beyond the lease":
            does = str(round(self.house.lease * self.random.uniform(1.1, 2.0), 2))
            self.plan[self.house.worker({**arms, "does": does}, threads=threads)] = kind
        elif kind == "kill from outside":
            pid = self.house.worker(threads=threads)
            self.plan[pid] = kind
            self.later.append((time.time() + self.random.uniform(0.05, 0.8), pid, signal.SIGKILL))
        else:
            self.strike(kind, arms)

    def strike(self, kind: str, arms: dict[str, Any]) -> None:
        """What does not happen to a worker."""
        house = self.house
        if kind in ("people killed", "ticker killed"):
            part = kind.split()[0]
            house.kill_all(part)
            arms["after"] %= 20
            starts = house.people if part == "people" else house.ticker
            self.plan[starts({**arms, "does": "kill"})] = kind
            return
        self.done[kind] += 1
        if kind == "redis flushed":
            house.servers.client().flushall()
        elif kind == "bells doubled":
            self.bells()
        elif kind == "redis killed":
            house.servers.kill_redis()
            time.sleep(self.random.uniform(0, 0.5))
            house.servers.start_redis()
        elif kind.startswith("postgres"):
            house.servers.stop_postgres(signal.SIGKILL if kind.endswith("killed") else signal.SIGQUIT)
            house.servers.start_postgres()
        elif kind == "receivers down":
            house.mood(down=True)
            time.sleep(self.random.uniform(0.2, 1.0))
            house.mood(down=False)

    def bells(self) -> None:
        """Many rings for nothing, and jobs that come twice."""
        client = self.house.servers.client()
        client.rpush("agentops:rings", *[1] * self.random.randrange(1, 40))
        if self.random.random() < 0.5:
            client.delete("agentops:rings", "agentops:looking")

    def calm(self) -> None:
        """No more faults: whoever is left is healthy, and everything must come to an end."""
        house = self.house
        house.kill_all("worker")
        house.kill_all("people")
        house.kill_all("ticker")
        house.mood(chances={}, down=False)
        house.ticker()
        house.people()
        for _ in range(3):
            house.worker()
        self.patiently(lambda: house.count("SELECT 1"))
        house.rest(120)

    def patiently(self, what: Any) -> Any:
        """Do what may fail while a server is away, until it works."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return what()
            except (RuntimeError, psycopg.Error, redis.RedisError, OSError, NotInTime):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


_RESUMED = """
SELECT extract(epoch FROM e.at) FROM audit_entry e WHERE e.stream = %s AND e.at > to_timestamp(%s)
    AND e.action NOT IN ('run.lease_lapsed', 'review.decided', 'review.signed') ORDER BY e.seq LIMIT 1
"""


def recoveries(house: House) -> list[float]:
    """Seconds from each fault in a run's thread to the next thing written by whoever took the run over."""
    took = []
    with psycopg.connect(house.servers.database_url) as connection:
        for note in house.fired():
            if note["run"] is None:
                continue
            row = connection.execute(_RESUMED, (f"run:{note['run']}", note["at"])).fetchone()
            if row is not None:
                took.append(float(row[0]) - note["at"])
    return sorted(took)


def report(house: House, soak: Soak, seconds: float, seed: int) -> dict[str, Any]:
    checked, took = house.check(), recoveries(house)
    parked = house.rows(
        "SELECT coalesce(codes[1], kind), count(*) FROM reviews_review WHERE kind = 'stuck' GROUP BY 1 ORDER BY 2 DESC"
    )
    points = Counter(note["point"] for note in house.fired())
    return {
        "seed": seed,
        "faults": sum(soak.done.values()),
        "by_kind": dict(soak.done.most_common()),
        "points_hit": len(points),
        "seconds": round(seconds, 1),
        "runs": house.count("SELECT count(*) FROM runs_run"),
        "ended": dict(house.rows("SELECT status, count(*) FROM runs_run GROUP BY 1")),
        "lost": checked["invariants"]["I1"],
        "duplicates": checked["invariants"]["I2"],
        "parked": dict(parked),
        "fenced_or_lapsed": house.count("SELECT count(*) FROM audit_entry WHERE action = 'run.lease_lapsed'"),
        "recovery_p50": round(took[len(took) // 2], 2) if took else None,
        "recovery_p99": round(took[int(len(took) * 0.99)], 2) if took else None,
        "lease": house.lease,
        **checked,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with House() as house:
        began = time.monotonic()
        soak = Soak(house, asked.faults, asked.seed, asked.workers)
        try:
            soak.go()
        except NotInTime as late:
            print(late, file=sys.stderr)
        told = report(house, soak, time.monotonic() - began, asked.seed)
    print(json.dumps(told) if asked.json else json.dumps(told, indent=2))
    return 1 if told["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
