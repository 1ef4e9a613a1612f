"""The product and the floor behind one interface, each in a fresh database of the benchmark's servers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from bench import floor
from bench.gated.house import APPLICATION, OWNER, House, Line


class Engine:
    """What is measured: runs go in, some park and are approved, and all end in the table `ledger`."""

    def __init__(self, house: House, database: str) -> None:
        self.house, self.database = house, database
        house.database(database)
        self.watch = psycopg.connect(house.url("postgres", database), autocommit=True)
        self.workers: list[Line] = []
        self.driver: Any = None

    def submit(self, invoices: Sequence[dict[str, Any]]) -> dict[str, float]:
        """Hand runs over; returns when each was."""
        raise NotImplementedError

    def parked(self) -> list[str]:
        """Names of the runs that wait for a person."""
        raise NotImplementedError

    def approve(self, names: Sequence[str]) -> dict[str, float]:
        """Decide; returns when each decision was begun."""
        raise NotImplementedError

    def ended(self) -> int:
        """How many runs the engine considers finished."""
        raise NotImplementedError

    def posted(self, tag: str) -> dict[str, tuple[float, float]]:
        """By run: when it was posted, and when its first step ran."""
        sql = "SELECT run_id, extract(epoch FROM posted_at)::float8, t_start FROM ledger WHERE starts_with(run_id, %s)"
        return {name: (at, began) for name, at, began in self.watch.execute(sql, (tag + "-",)).fetchall()}

    def count(self, sql: str, *given: Any) -> int:
        row = self.watch.execute(sql, given).fetchone()
        assert row is not None
        return int(row[0])

    def close(self) -> None:
        for worker in self.workers:
            worker.stop()
        self.watch.close()


class Product(Engine):
    """The whole stack: bell, drain, gate, evidence, reviews, trail."""

    def __init__(self, house: House, database: str, workers: int) -> None:
        super().__init__(house, database)
        house.manage(database, "migrate", "--noinput", "-v0", owner=True)
        house.manage(database, "grant_rights", "--role", APPLICATION, owner=True)
        with psycopg.connect(house.url(OWNER, database), autocommit=True) as owner:
            owner.execute(f"GRANT SELECT, INSERT ON purchase_orders, ledger TO {APPLICATION}")
            owner.execute(f"GRANT USAGE ON SEQUENCE ledger_id_seq TO {APPLICATION}")
        environment = house.environment(database)
        self.driver = Line(house, "bench/driver.py", environment=environment)
        self.driver.ask("prepare")
        self.workers = [Line(house, "bench/worker.py", environment=environment) for _ in range(workers)]

    def submit(self, invoices: Sequence[dict[str, Any]]) -> dict[str, float]:
        times: dict[str, float] = self.driver.ask("submit", list(invoices))
        return times

    def parked(self) -> list[str]:
        sql = "SELECT request_key FROM runs_run WHERE status = 'awaiting' AND awaiting = 'review'"
        return [row[0] for row in self.watch.execute(sql).fetchall()]

    def approve(self, names: Sequence[str]) -> dict[str, float]:
        times: dict[str, float] = self.driver.ask("approve", list(names))
        return times

    def ended(self) -> int:
        return self.count("SELECT count(*) FROM runs_run WHERE status = 'completed'")

    def close(self) -> None:
        self.driver.stop()
        super().close()


class Floor(Engine):
    """`bench.floor` with one worker."""

    def __init__(self, house: House, database: str) -> None:
        super().__init__(house, database)
        url = house.url("postgres", database)
        self.watch.execute(floor.SCHEMA)
        self.workers = [Line(house, "bench/floor.py", url, environment=house.environment(database))]
        self.driver = floor.Driver(url, self.workers[0])

    def submit(self, invoices: Sequence[dict[str, Any]]) -> dict[str, float]:
        return self.driver.submit(invoices)  # type: ignore[no-any-return]

    def parked(self) -> list[str]:
        return self.driver.parked()  # type: ignore[no-any-return]

    def approve(self, names: Sequence[str]) -> dict[str, float]:
        return self.driver.approve(names)  # type: ignore[no-any-return]

    def ended(self) -> int:
        return self.count("SELECT count(*) FROM runs WHERE state = 'done'")

    def close(self) -> None:
        self.driver.connection.close()
        super().close()
