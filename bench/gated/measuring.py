"""One measured batch, and one run at a time."""

from __future__ import annotations

import time
from typing import Any

from bench.gated.engines import Engine
from bench.gated.house import until
from bench.gated.meters import cpu_seconds, percentile, pss_bytes, wal_between, wal_place
from bench.gated.workload import invoices

GATED_EVERY = 5


def batch(engine: Engine, count: int, tag: str) -> float:
    """Seconds for `count` runs, every fifth through a person: until all are posted or parked, then until all are
    posted. The person's pause between the two is not counted."""
    gated, before = count // GATED_EVERY, engine.ended()
    began = time.time()
    engine.submit(invoices(count, tag, gated_every=GATED_EVERY))
    ledger = "SELECT count(*) FROM ledger WHERE starts_with(run_id, %s)"

    def all_posted_or_parked() -> bool:
        return engine.count(ledger, tag + "-") >= count - gated and len(engine.parked()) >= gated

    until(all_posted_or_parked, every=0.03)
    seen = time.time()
    parked = [name for name in engine.parked() if name.startswith(tag + "-")]
    # A parked run has no clock in the ledger: the pause between two looks bounds the error.
    first = max(max(at for at, _ in engine.posted(tag).values()), seen - 0.03) - began
    began = time.time()
    engine.approve(parked)

    def all_posted() -> bool:
        return engine.count(ledger, tag + "-") >= count

    until(all_posted, every=0.02)
    posted = engine.posted(tag)
    second = max(posted[name][0] for name in parked) - began
    until(lambda: engine.ended() >= before + count, every=0.02)
    return first + second


def throughput(engine: Engine, count: int, tag: str) -> dict[str, float]:
    """Runs per second of a batch, and what one run of it costs."""
    pids, postmaster, servers = [line.pid for line in engine.workers], engine.house.postmaster, engine.house.servers
    time.sleep(0.3)
    worked = sum(map(cpu_seconds, pids))
    database, begin = cpu_seconds(postmaster, with_children=True), wal_place(engine.watch)
    seconds = batch(engine, count, tag)
    time.sleep(0.3)
    end = wal_place(engine.watch)
    found = {
        "runs_per_second": count / seconds,
        "worker_cpu_ms": (sum(map(cpu_seconds, pids)) - worked) / count * 1000,
        "postgres_cpu_ms": (cpu_seconds(postmaster, with_children=True) - database) / count * 1000,
        "pss_mb_per_worker": max(map(pss_bytes, pids)) / 1e6,
    }
    wal = wal_between(servers.cluster.install, servers.cluster.data, engine.watch, begin, end)
    return found | {name: value / count for name, value in wal.items()}


def latency(engine: Engine, plain: int = 30, gated: int = 20) -> dict[str, Any]:
    """One run at a time with idle workers, in milliseconds: submit to start and to posted, approve to posted."""
    before, start, posted, approved = engine.ended(), [], [], []
    for number, invoice in enumerate(invoices(plain, "lat", gated_every=0), 1):
        name = invoice["run_id"]
        at = engine.submit([invoice])[name]
        until(lambda number=number: engine.ended() >= before + number, every=0.004)
        done, began = engine.posted("lat")[name]
        start.append(began - at)
        posted.append(done - at)
    for invoice in invoices(gated, "lag", gate_all=True):
        name = invoice["run_id"]
        engine.submit([invoice])
        until(lambda name=name: name in engine.parked(), every=0.01)
        time.sleep(0.02)
        at = engine.approve([name])[name]
        until(lambda name=name: name in engine.posted("lag"), every=0.004)
        approved.append(engine.posted("lag")[name][0] - at)
    return {
        f"{what}_{label}": percentile(values, part) * 1000
        for what, values in (("submit_start", start), ("submit_posted", posted), ("approve_posted", approved))
        for label, part in (("p50", 0.5), ("p95", 0.95))
    }
