"""Forks workers, tickers and people: a process that has everything imported, so that one more costs milliseconds.

One JSON command a line in: `{"id": 1, "start": "worker", "with": {...}, "arms": {...}}`. Out come `{"id", "pid"}`,
`{"died", "code"}` for each that ends, and `{"answer", "value"}` from those that were asked something. Time is
compressed: retries, probes and sweeps that take seconds in the house take tenths here. Leases are the setting's.
"""

import importlib
import json
import os
import random
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

PAID_ONCE = (  # imported before the first fork, so that no child pays for it
    *("rq.worker", "rq.job", "rq.executions", "runs.ticker", "runs.worker", "runs.jobs", "runs.steering"),
    *("reviews.inbox", "reviews.services", "reviews.step_up", "tools_registry.http", "tools_registry.gate"),
    *("bench.fault_agent.arming", "bench.fault_agent.driving", "bench.fault_agent.meddling"),
)


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.fault_agent.settings")
    os.environ["AGENTOPS_ROLE"] = "worker"
    import django

    django.setup()
    if os.environ.get("FAULT_COMPRESSED", "1") == "1":
        compress_time()
    for module in PAID_ONCE:
        importlib.import_module(module)

    say({"ready": os.getpid()})
    waiting = b""
    while True:
        if select.select([0], [], [], 0.01)[0]:
            piece = os.read(0, 65536)
            if not piece:
                return
            *lines, waiting = (waiting + piece).split(b"\n")
            for line in lines:
                command = json.loads(line)
                say({"id": command["id"], "pid": start(command)})
        bury()


def say(told: dict[str, Any]) -> None:
    os.write(1, (json.dumps(told) + "\n").encode())


def bury() -> None:
    """Tell of every child that has ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        say({"died": pid, "code": os.waitstatus_to_exitcode(status)})


def start(command: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        from agentops.supervisor.processes import die_with_parent

        die_with_parent(signal.SIGKILL)
        os.close(0)
        if command.get("environment"):
            os.environ.update(command["environment"])
        if command.get("database_host"):
            from django.db import connection

            connection.settings_dict["HOST"] = command["database_host"]
        if command.get("arms"):
            from bench.fault_agent.arming import arm

            arm(command["arms"], os.environ["FAULT_NOTES"])
        PARTS[command["start"]](command)
        code = 0
    except BaseException as error:
        if not isinstance(error, SystemExit):
            traceback.print_exc()
    finally:
        os._exit(code)


def worker(command: dict[str, Any]) -> None:
    from runs.worker import run_worker

    run_worker(threads=command.get("threads", 4))


def ticker(command: dict[str, Any]) -> None:
    from runs.ticker import run_ticker

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_ticker(stop)


def call(command: dict[str, Any]) -> None:
    """Ask one function of `driving` something."""
    from bench.fault_agent import driving, meddling

    try:
        does = getattr(driving, command["do"], None) or getattr(meddling, command["do"])
        value = does(*command.get("with", []), **command.get("named", {}))
        say({"answer": command["id"], "value": value})
    except Exception as error:
        say({"answer": command["id"], "error": f"{type(error).__name__}: {error}"[:300]})


PARTS: dict[str, Callable[[dict[str, Any]], None]] = {"worker": worker, "ticker": ticker, "call": call}


def compress_time() -> None:
    """What takes seconds takes tenths; nothing about the order of things changes."""
    from runs import bell, parking, ticker
    from tools_registry import breaker

    parking.backoff = lambda tried: random.uniform(0.05, 0.1 * 2 ** min(tried, 3))
    bell.FLAG_SECONDS = 1
    breaker.PROBE_EVERY, breaker.WITHIN = timedelta(milliseconds=300), timedelta(seconds=2)
    for chore in ticker._chores:
        chore.every = min(chore.every, 0.15)


if __name__ == "__main__":
    main()
