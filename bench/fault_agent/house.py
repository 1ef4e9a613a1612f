"""The whole product in processes of its own, to be shot at: servers, receivers, workers, a ticker and people.

The house knows what it started and what became of it. What is true is read from outside: by psycopg from the
database, from the receivers' file, and by `bench/invariants.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpcore
import psycopg

from agentops.supervisor.processes import die_with_parent
from bench.fault_agent.servers import Servers
from bench.fault_agent.workload import CANARY

ROOT = Path(__file__).resolve().parents[2]
LEASE = 1  # seconds
PATIENCE = float(os.environ.get("FAULT_PATIENCE", "3"))  # how many times longer than usual a machine may take

# Terminal, or waiting for something that only time or people bring.
_RESTLESS = """
SELECT count(*) FROM runs_run WHERE status IN ('queued', 'running') OR (status = 'awaiting' AND awaiting <> 'review')
"""
_UNFINISHED = "SELECT count(*) FROM runs_run WHERE ended_at IS NULL"


class NotInTime(AssertionError):
    """The house did not come to rest; the message says what is still open."""


class House:
    """One running product. Use as a context manager."""

    def __init__(self, *, compressed: bool = True, lease: int = LEASE) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="agentops-faults-"))
        self.folder.chmod(0o755)
        self.servers = Servers(self.folder)
        self.ledger, self.answered = self.folder / "ledger.sqlite", self.folder / "answered"
        self.notes = self.folder / "notes"
        self.lease, self.compressed = lease, compressed
        self.alive: dict[int, str] = {}
        self.dead: dict[int, int] = {}
        self._answers: dict[int, dict[str, Any]] = {}
        self._pids: dict[int, int] = {}
        self._changed = threading.Condition()
        self._number = 0
        self._read_notes = 0
        self._fired: list[dict[str, Any]] = []
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._parts: list[subprocess.Popen[Any]] = []

    def __enter__(self) -> House:
        try:
            self.servers.make()
            self._start_receivers()
            self._migrate()
            self._start_nursery()
            self.ask("prepare")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *what: object) -> None:
        self.close()

    # --- starting and ending processes -------------------------------------------------------------

    def worker(self, arms: dict[str, Any] | None = None, *, threads: int = 4, **more: Any) -> int:
        """Start a worker, armed or not; returns its process id."""
        return self._start("worker", arms=arms, threads=threads, **more)

    def ticker(self, arms: dict[str, Any] | None = None) -> int:
        return self._start("ticker", arms=arms)

    def people(self, arms: dict[str, Any] | None = None, seed: int = 0) -> int:
        """Start people who decide whatever waits until they are sent home."""
        return self._start("call", do="people", arms=arms, **{"with": [3600.0, seed]})

    def kill(self, pid: int, how: signal.Signals = signal.SIGKILL) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)

    def kill_all(self, kind: str | None = None) -> None:
        """Send everybody home, or all of one kind, and wait until they are gone."""
        for pid in [pid for pid, is_a in list(self.alive.items()) if kind in (None, is_a)]:
            self.kill(pid)
        self.wait(lambda: not [1 for is_a in self.alive.values() if kind in (None, is_a)], 10, "somebody stays")

    def died(self, pid: int, seconds: float = 10.0) -> int:
        """Wait until it has ended; returns its exit code (negative: the signal). Raises `NotInTime`."""
        self.wait(lambda: pid in self.dead, seconds, f"process {pid} does not end")
        return self.dead[pid]

    def ask(self, do: str, *given: Any, seconds: float = 30.0, **named: Any) -> Any:
        """Ask one function of `driving` or `meddling` in a process of its own; raises `RuntimeError` as it raised."""
        number, pid = self._send("call", do=do, named=named, **{"with": list(given)})
        self.wait(lambda: number in self._answers or pid in self.dead, seconds, f"{do} does not answer")
        time.sleep(0 if number in self._answers else 0.05)  # its answer may be a moment behind its death
        answer = self._answers.pop(number, {"error": f"died ({self.dead.get(pid)})"})
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def begin(self, do: str, *given: Any, arms: dict[str, Any] | None = None, **named: Any) -> tuple[int, int]:
        """Begin such a question and do not wait; returns its number and its process id."""
        return self._send("call", do=do, arms=arms, named=named, **{"with": list(given)})

    def answer(self, number: int, seconds: float = 30.0) -> Any:
        """The answer to a question that was begun."""
        self.wait(lambda: number in self._answers, seconds, "there is no answer")
        answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def submit(self, things: Sequence[dict[str, Any]]) -> list[str]:
        started: list[str] = self.ask("submit", list(things), seconds=60)
        return started

    # --- looking -----------------------------------------------------------------------------------

    def rows(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        """Rows of one statement, on a connection that is opened again after the server was away."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.servers.database_url, autocommit=True)
        return self._connection.execute(sql, given or None).fetchall()  # type: ignore[arg-type]

    def count(self, sql: str, *given: Any) -> int:
        return int(self.rows(sql, *given)[0][0])

    def fired(self) -> list[dict[str, Any]]:
        """Every arm that has fired so far, in order."""
        if self.notes.exists():
            with self.notes.open("rb") as notes:
                notes.seek(self._read_notes)
                for line in notes:
                    if not line.endswith(b"\n"):
                        break
                    self._read_notes += len(line)
                    self._fired.append(json.loads(line))
        return self._fired

    def wait(self, what: Any, seconds: float, otherwise: str) -> None:
        """Wait until something is so; raises `NotInTime` after `seconds` on a machine with nothing else to do."""
        deadline = time.monotonic() + seconds * PATIENCE
        while not what():
            if time.monotonic() > deadline:
                raise NotInTime(otherwise)
            time.sleep(0.02)

    def rest(self, seconds: float = 30.0, *, ended: bool = True) -> None:
        """Wait until every run has ended (or, with `ended` false, waits for people). Raises `NotInTime`."""
        sql = _UNFINISHED if ended else _RESTLESS
        try:
            self.wait(lambda: self.count(sql) == 0, seconds, "")
        except NotInTime:
            open_runs = self.rows(
                "SELECT number, status, awaiting, epoch, crashes, suspect, due_at - now(), lease_holder FROM runs_run "
                "WHERE ended_at IS NULL LIMIT 8"
            )
            raise NotInTime(f"after {seconds} s these runs are still open: {open_runs}") from None

    def check(
        self, url: str = "", ledger: Path | None = None, answered: Path | None = None, more_logs: Sequence[Path] = ()
    ) -> dict[str, Any]:
        """Run the invariants reader over everything, or over a copy; returns its report. A process of its own."""
        command = [sys.executable, "bench/invariants.py", "--json", "--ledger", str(ledger or self.ledger)]
        command += ["--receiver", "idempotent=fault_idempotent", "--receiver", "askable=fault_askable"]
        command += ["--receiver", "once=fault_once", "--own", "fault_own=fault_own.reference.key"]
        command += ["--unique", "fault_ended.run", "--answered", str(answered or self.answered), "--grace", "5"]
        command += ["--canary", CANARY]
        for file in [*self.folder.glob("*.log"), *more_logs]:
            command += ["--log", str(file)]
        environment = {**self.environment, "DATABASE_URL": url or self.servers.database_url}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode not in (0, 1) or not done.stdout:
            raise RuntimeError(f"the invariants reader failed: {done.stderr[-2000:]}")
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    def mood(self, **asked: Any) -> None:
        """Put the receivers in a mood; see `tests.receivers.moods`."""
        answer = httpcore.request("POST", f"{self.receivers}/mood", content=json.dumps(asked).encode())
        assert answer.status == 200

    def log(self) -> str:
        return (self.folder / "nursery.log").read_text(errors="replace")

    # --- the parts -----------------------------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AGENTOPS_", "DJANGO_"))},
            "DJANGO_SETTINGS_MODULE": "bench.fault_agent.settings",
            "AGENTOPS_PROFILE": "test",
            "AGENTOPS_DATA_DIR": str(self.folder / "data"),
            "AGENTOPS_LEASE_SECONDS": str(self.lease),
            "AGENTOPS_TOOL_HOSTS": self.receivers,
            "AGENTOPS_REDACTION_CANARIES": CANARY,
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "FAULT_RECEIVERS": self.receivers,
            "FAULT_LEDGER": str(self.ledger),
            "FAULT_ANSWERED": str(self.answered),
            "FAULT_NOTES": str(self.notes),
            "FAULT_COMPRESSED": "1" if self.compressed else "0",
            "PYTHONPATH": str(ROOT),
        }

    def _start_receivers(self) -> None:
        self.receivers = ""
        part = self._spawn(["-m", "tests.receivers", str(self.ledger)], "receivers")
        assert part.stdout is not None
        self.receivers = f"http://127.0.0.1:{int(part.stdout.readline())}"

    def _migrate(self) -> None:
        command = [sys.executable, "manage.py", "migrate", "--noinput", "--skip-checks", "-v0"]
        environment = {**self.environment, "AGENTOPS_AS_OWNER": "1"}
        subprocess.run(command, cwd=ROOT, env=environment, check=True)

    def _start_nursery(self) -> None:
        self.nursery = self._spawn(["bench/fault_agent/nursery.py"], "nursery")
        threading.Thread(target=self._listen, daemon=True).start()
        self.wait(lambda: self._pids.get(0), 30, f"the nursery does not open: {self.log()[-500:]}")

    def _spawn(self, command: list[str], name: str) -> subprocess.Popen[Any]:
        with (self.folder / f"{name}.log").open("ab") as log:
            part = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                preexec_fn=lambda: die_with_parent(signal.SIGKILL),
            )
        self._parts.append(part)
        return part

    def _listen(self) -> None:
        assert self.nursery.stdout is not None
        for line in self.nursery.stdout:
            told = json.loads(line)
            if "ready" in told:
                self._pids[0] = told["ready"]
            elif "pid" in told:
                self.dead.pop(told["pid"], None)  # the number of one who died long ago, given out again
                self._pids[told["id"]] = told["pid"]
            elif "died" in told:
                self.dead[told["died"]] = told["code"]
                self.alive.pop(told["died"], None)
            else:
                self._answers[told["answer"]] = told

    def _send(self, kind: str, **more: Any) -> tuple[int, int]:
        with self._changed:
            self._number += 1
            number = self._number
            assert self.nursery.stdin is not None
            self.nursery.stdin.write(json.dumps({"id": number, "start": kind, **more}) + "\n")
            self.nursery.stdin.flush()
        self.wait(lambda: number in self._pids, 10, "the nursery does not answer")
        pid = self._pids.pop(number)
        if pid not in self.dead:
            self.alive[pid] = "people" if more.get("do") == "people" else kind
            if pid in self.dead:  # it died in between
                self.alive.pop(pid, None)
        return number, pid

    def _start(self, kind: str, **more: Any) -> int:
        return self._send(kind, **more)[1]

    def copy(self, name: str) -> str:
        """A copy of the database, for breaking things in it; nobody may be at work. Returns its address as owner."""
        if self._connection is not None:
            self._connection.close()
        with psycopg.connect(self.servers.cluster.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE agentops OWNER agentops_owner")
        return self.servers.cluster.url("agentops_owner", name)

    def close(self) -> None:
        """Kill everything that was started and throw the folder away."""
        for part in reversed(self._parts):
            part.kill()
            part.wait()
        self.servers.close()
        if not os.environ.get("FAULT_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)
