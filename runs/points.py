"""Named points at which a fault test may kill, pause or fail this process. A no-op outside of tests.

Every commit of the runtime goes through `durable(name)` and every remote call stands between two points, so the
fault tests can crash before and after each; `tests/faults/test_points.py` fails if a commit has none.
The environment of a test process says what to do: `AGENTOPS_FAULT=<point>:<action>[:<n>]`, several separated by
commas; the action is `kill`, `stop` (SIGSTOP) or `sleep<seconds>`, from the n-th time the point is reached.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_reached: Counter[str] = Counter()
_lock = threading.Lock()


def _parse(text: str) -> dict[str, tuple[str, int]]:
    faults = {}
    for item in filter(None, text.split(",")):
        name, action, *count = item.split(":")
        faults[name] = (action, int(count[0]) if count else 1)
    return faults


_faults = _parse(os.environ.get("AGENTOPS_FAULT", ""))


def point(name: str) -> None:
    """Do what the test asked for at this point; nothing otherwise."""
    if not _faults:
        return
    fault = _faults.get(name)
    if fault is None:
        return
    action, count = fault
    with _lock:
        _reached[name] += 1
        if _reached[name] != count:
            return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "stop":
        # To this very thread: sent to the process, another one may take it, and this one runs on for a moment.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
    elif action.startswith("sleep"):
        time.sleep(float(action.removeprefix("sleep")))
    else:
        raise ValueError(f"AGENTOPS_FAULT asks for {action!r}: use kill, stop or sleep<seconds>")


@contextmanager
def durable(name: str) -> Iterator[None]:
    """One transaction, with a crash point before its first statement, before its commit and after it."""
    point(f"{name}.begin")
    with transaction.atomic():
        yield
        point(f"{name}.commit")
    point(f"{name}.committed")


@contextmanager
def single(name: str) -> Iterator[None]:
    """One statement that commits itself, with a crash point before and after it."""
    point(f"{name}.begin")
    yield
    point(f"{name}.committed")


@contextmanager
def looking_only() -> Iterator[None]:
    """A transaction, or within one a savepoint, in which the database lets nothing be written: no crash matters."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
