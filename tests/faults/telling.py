"""What fault tests say of a house: that it recovers, and that nothing is violated."""

import sqlite3
from typing import Any

from bench.fault_agent.house import House


def recover(house: House, seconds: float = 60.0) -> None:
    """Healthy workers, a ticker and people finish everything. Raises `NotInTime`."""
    house.kill_all("worker")
    house.kill_all("ticker")
    house.kill_all("people")
    house.ticker()
    house.people()
    house.worker()
    house.worker()
    house.rest(seconds)


def nothing_is_violated(house: House) -> dict[str, Any]:
    report = house.check()
    assert report["violations"] == 0, report["found"]
    return report


def status_of(house: House, what: str) -> tuple[str, str | None]:
    """Status and what it awaits, of the run that was asked for as `what`."""
    ((status, awaiting),) = house.rows("SELECT status, awaiting FROM runs_run WHERE request_key = %s", what)
    return status, awaiting


def booked(house: House, what: str) -> int:
    """How often the receivers booked it."""
    books = sqlite3.connect(f"file:{house.ledger}?mode=ro", uri=True, timeout=5)
    try:
        return int(books.execute("SELECT count(*) FROM booked WHERE reference = ?", (what,)).fetchone()[0])
    finally:
        books.close()
