"""The workload "gated-invoice" on the whole product, alone: speed against its own floor, latency, and the bill.

    python bench/gated_invoice.py [--runs N] [--workers W] [--rounds R] [--latency] [--profile FILE] [--json]

Stands on its own PostgreSQL and Redis, as durable as the product's, and throws them away. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

from bench.gated.engines import Floor, Product
from bench.gated.house import OWNER, ROOT, House
from bench.gated.measuring import batch, latency, throughput
from bench.gated.meters import row_counts, table_bytes, wal_by_table, wal_place

WARM = 20
FLOOR_RUNS = 300
# Kinds of rows a run leaves behind, in the order of its life.
TABLES = (
    "runs_run", "runs_runinput", "runs_step", "runs_toolcall", "runs_proposal", "runs_action", "reviews_review",
    "reviews_decision", "runs_approval", "runs_effect", "ledger", "audit_entry", "audit_facet", "audit_payload",
)  # fmt: skip
OWN = ("--own", "bench_post=ledger.idempotency_key", "--unique", "ledger.idempotency_key", "--unique", "ledger.run_id")


def main() -> int:
    asked = _arguments()
    with House() as house:
        report = measure(house, asked)
    print(json.dumps(report) if asked.json else told(report))
    return 0 if report["audit_verify"]["ok"] and report["invariants"]["ok"] else 1


def measure(house: House, asked: argparse.Namespace) -> dict[str, Any]:
    """The product between two measurements of the floor, as often as asked; then everything that can be counted."""
    with ExitStack() as stack:
        floor = stack.enter_context(closing(Floor(house, "floor")))
        product = stack.enter_context(closing(Product(house, "product", asked.workers)))
        batch(floor, WARM, "warm")
        batch(product, WARM, "warm")
        empty, rows = table_bytes(product.watch), row_counts(product.watch, TABLES)
        anchors, rounds = [FLOOR_RUNS / batch(floor, FLOOR_RUNS, "f0")], []
        profiler, begin = _profiler(product, asked.profile), wal_place(product.watch)
        for number in range(1, asked.rounds + 1):
            found = throughput(product, asked.runs, f"m{number}")
            anchors.append(FLOOR_RUNS / batch(floor, FLOOR_RUNS, f"f{number}"))
            found["floor_runs_per_second"] = (anchors[-2] + anchors[-1]) / 2
            found["ratio"] = found["runs_per_second"] / found["floor_runs_per_second"]
            rounds.append(found)
        if profiler:
            profiler.wait(30)
        done = asked.rounds * asked.runs
        report: dict[str, Any] = {"runs": asked.runs, "workers": asked.workers, "rounds": rounds}
        report["median"] = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
        report["rows_per_run"] = {
            name: (count - rows[name]) / done for name, count in row_counts(product.watch, TABLES).items()
        }
        cluster, end = house.servers.cluster, wal_place(product.watch)
        report["wal_per_run"] = {
            name: [size / done for size in sizes]
            for name, sizes in wal_by_table(cluster.install, cluster.data, product.watch, begin, end).items()
            if sum(sizes) >= done  # what is less than a byte a run is the catalogue's
        }
        report["bytes_per_run"] = {
            name: [(now - was) / done for now, was in zip(sizes, empty.get(name, (0, 0)), strict=True)]
            for name, sizes in table_bytes(product.watch).items()
            if name in TABLES
        }
        if asked.latency:
            report["latency_ms"] = latency(product)
            report["floor_latency_ms"] = latency(floor)
        report["audit_verify"] = _audit(house)
        report["invariants"] = _invariants(house)
        return report


def _profiler(product: Product, file: str | None) -> subprocess.Popen[bytes] | None:
    """Watch one worker for a while: a flame graph of where its time goes. Raises `SystemExit` without py-spy."""
    if not file:
        return None
    watcher = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if not watcher:
        raise SystemExit("--profile needs py-spy: install it into this environment.")
    command = [watcher, "record", "--duration", "10", "--rate", "200", "--output", file]
    return subprocess.Popen([*command, "--pid", str(product.workers[0].pid)], stdout=subprocess.DEVNULL)


def _audit(house: House) -> dict[str, Any]:
    try:
        return {"ok": True, "said": house.manage("product", "audit_verify").strip()}
    except subprocess.CalledProcessError as error:
        return {"ok": False, "said": error.stdout.strip()}


def _invariants(house: House) -> dict[str, Any]:
    environment = {**house.environment("product"), "DATABASE_URL": house.url(OWNER, "product")}
    command = [sys.executable, "bench/invariants.py", *OWN, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    try:
        return {"ok": done.returncode == 0, **json.loads(done.stdout)}
    except ValueError:
        return {"ok": False, "said": done.stderr.strip()[-1000:]}


def told(report: dict[str, Any]) -> str:
    """The report for people."""
    median, lines = report["median"], [f"{report['runs']} runs, {report['workers']} worker(s), medians of the rounds"]
    lines += [f"  {name:<24}{value:>10.2f}" for name, value in median.items()]
    ratios = ", ".join(f"{one['ratio']:.2f}" for one in report["rounds"])
    lines.append(f"  ratio to the floor by round: {ratios}")
    for what in ("latency_ms", "floor_latency_ms"):
        if what in report:
            lines.append(what)
            lines += [f"  {name:<24}{value:>10.2f}" for name, value in report[what].items()]
    lines.append("per run                     rows  table bytes  index bytes    WAL of it  of indexes")
    for name in TABLES:
        numbers = (*report["bytes_per_run"].get(name, (0, 0)), *report["wal_per_run"].get(name, (0, 0)))
        lines.append(f"  {name:<24}{report['rows_per_run'][name]:>6.2f}" + "".join(f"{one:>13.0f}" for one in numbers))
    rest = sum(sum(sizes) for name, sizes in report["wal_per_run"].items() if name not in TABLES)
    lines.append(f"  {'other tables':<24}{'':>32}{rest:>13.0f}")
    lines.append(f"audit_verify: {report['audit_verify']['said']}")
    checked = report["invariants"]
    lines.append(f"invariants: {'hold' if checked['ok'] else checked}")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=600)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", action="store_true", help="one run at a time as well")
    parser.add_argument("--profile", metavar="FILE", help="a flame graph of one worker (needs py-spy)")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
