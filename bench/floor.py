"""The floor: the smallest durable engine on the same workload, with raw psycopg and one commit per step.

No queue, gate, evidence or trail; runs are handed over by pipe. What the product is compared with.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.gated import workload

SCHEMA = """
CREATE TABLE runs(id text PRIMARY KEY, state text NOT NULL, step int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()) WITH (fillfactor = 70);
CREATE TABLE steps(run_id text NOT NULL, seq int NOT NULL, name text NOT NULL, output jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (run_id, seq));
"""
SUBMIT = """
WITH s AS (INSERT INTO steps(run_id, seq, name, output) VALUES (%s, 0, 'input', %s))
INSERT INTO runs(id, state) VALUES (%s, 'queued')
"""
APPROVE = """
WITH s AS (INSERT INTO steps(run_id, seq, name, output) VALUES (%s, 5, 'gate', '{"approved": true}'))
UPDATE runs SET state = 'approved', step = 5, updated_at = clock_timestamp() WHERE id = %s AND state = 'parked'
"""
STEP = """
WITH s AS (INSERT INTO steps(run_id, seq, name, output) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING)
UPDATE runs SET state = %s, step = %s, updated_at = clock_timestamp() WHERE id = %s
"""
POST = f"WITH p AS ({workload.POST_SQL}), {STEP.strip().removeprefix('WITH ')}"
NAMES = ("input", "extract", "query_purchase_orders", "check_duplicate", "validate", "gate", "post")


class Driver:
    """The side that submits and approves, with one worker process on a pipe."""

    def __init__(self, url: str, worker: Any) -> None:
        self.connection = psycopg.connect(url, autocommit=True, prepare_threshold=1)
        self.worker = worker

    def submit(self, invoices: Sequence[dict[str, Any]]) -> dict[str, float]:
        times = {}
        for invoice in invoices:
            name = invoice["run_id"]
            times[name] = time.time()
            self.connection.execute(SUBMIT, (name, Jsonb(invoice), name))
            self.worker.tell({"id": name, "invoice": invoice})
        return times

    def parked(self) -> list[str]:
        rows = self.connection.execute("SELECT id FROM runs WHERE state = 'parked'").fetchall()
        return [row[0] for row in rows]

    def approve(self, names: Sequence[str]) -> dict[str, float]:
        times = {}
        for name in names:
            times[name] = time.time()
            self.connection.execute(APPROVE, (name, name))
            self.worker.tell({"id": name, "invoice": None})
        return times


def main() -> None:
    """The worker."""
    connection = psycopg.connect(sys.argv[1], autocommit=True, prepare_threshold=1)
    print("READY", flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        _drive(connection, told["id"], told["invoice"])


def _drive(connection: psycopg.Connection, name: str, invoice: dict[str, Any] | None) -> None:
    def step(seq: int, output: Any, state: str = "running") -> None:
        connection.execute(STEP, (name, seq, NAMES[seq], Jsonb(output), state, seq, name))

    if invoice is None:
        rows = connection.execute("SELECT seq, output FROM steps WHERE run_id = %s", (name,)).fetchall()
        read = dict(rows)[1]
    else:
        read = _extract(invoice)
        step(1, read)
        found = connection.execute(workload.ORDER_SQL, (read["vendor"], read["po_number"])).fetchall()
        orders = [{"po_number": row[0], "amount": row[1], "status": row[2]} for row in found]
        step(2, orders)
        twins = connection.execute(workload.DUPLICATE_SQL, (read["vendor"], read["invoice_no"])).fetchall()[0][0]
        step(3, twins)
        base = orders[0]["amount"] if orders else 0.0
        variance = abs(read["amount"] - base) / max(base, 1.0)
        needs_person = read["amount"] > workload.GATE_AMOUNT
        verdict = {"variance": round(variance, 4), "duplicate": twins > 0, "needs_person": needs_person}
        step(4, verdict, "parked" if needs_person else "running")
        if needs_person:
            return
    posting = (f"post:{name}", name, read["invoice_no"], read["vendor"], read["amount"], read["t0"])
    connection.execute(POST, (*posting, name, 6, NAMES[6], Jsonb({"posted": name}), "done", 6, name))


def _extract(invoice: dict[str, Any]) -> dict[str, Any]:
    kept = ("invoice_no", "vendor", "po_number", "amount", "currency")
    fields = {f"f{i}": i * 1.5 for i in range(12)}
    return {"t0": time.time(), "fields": fields, "text": workload.PAD, **{name: invoice[name] for name in kept}}


if __name__ == "__main__":
    main()
