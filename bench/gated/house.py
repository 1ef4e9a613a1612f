"""A PostgreSQL and a Redis of the benchmark's own, as durable as the product's, and its processes beside them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from bench.fault_agent.servers import OWNER, Servers
from bench.gated.workload import DOMAIN_SQL

ROOT = Path(__file__).parents[2]
APPLICATION = "agentops_app"
# Every commit reaches the disk. Checkpoints are pushed out of the measurement, so that WAL is what the work writes.
POSTGRES = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "jit": "off", "wal_compression": "on",
    "shared_buffers": "256MB", "checkpoint_timeout": "1h", "max_wal_size": "16GB", "max_connections": "200",
}  # fmt: skip


class House:
    """Both servers in a folder that is thrown away at the end; databases in it as they are needed."""

    def __init__(self, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="agentops-bench-"))
        self.folder.chmod(0o755)
        (self.folder / "data").mkdir()
        self.servers = Servers(self.folder)
        self.servers.cluster.settings = {**POSTGRES, **settings}

    def __enter__(self) -> House:
        self.servers.make()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.servers.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> None:
        """A fresh database with the workload's own tables in it."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
        with psycopg.connect(self.url(OWNER, name), autocommit=True) as connection:
            connection.execute(DOMAIN_SQL)
            connection.execute("VACUUM ANALYZE purchase_orders")

    def url(self, role: str, name: str) -> str:
        return self.servers.cluster.url(role, name)

    def environment(self, name: str) -> dict[str, str]:
        """What the product's processes are told: the application's role, never the owner's but to migrate."""
        return {
            **os.environ,
            "DATABASE_URL": self.url(APPLICATION, name),
            "DATABASE_OWNER_URL": self.url(OWNER, name),
            "REDIS_URL": self.servers.redis_url,
            "AGENTOPS_DATA_DIR": str(self.folder / "data"),
            "AGENTOPS_PROFILE": "test",
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
        }

    def manage(self, name: str, *command: str, owner: bool = False) -> str:
        """Run one of the product's commands and return what it printed; raises `CalledProcessError`."""
        environment = {**self.environment(name), "AGENTOPS_AS_OWNER": "yes" if owner else "no"}
        arguments = [sys.executable, "manage.py", *command]
        return subprocess.run(
            arguments, cwd=ROOT, env=environment, check=True, text=True, stdout=subprocess.PIPE
        ).stdout

    @property
    def postmaster(self) -> int:
        assert self.servers.postgres is not None
        return self.servers.postgres.pid


class Line:
    """A process that prints READY and then answers one JSON line for each it is given."""

    def __init__(self, house: House, *command: str, environment: dict[str, str]) -> None:
        with (house.folder / f"{Path(command[0]).stem}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        self.pid = self.process.pid
        self._log = Path(log.name)
        ready = threading.Timer(60, self.process.kill)
        ready.start()
        if self._answer() != "READY":
            raise RuntimeError(f"{command[0]} did not start: {self._log.read_text()[-2000:]}")
        ready.cancel()

    def tell(self, message: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def ask(self, what: str, *given: Any) -> Any:
        """Have the driver do something and return its answer."""
        self.tell({"do": what, "with": given})
        return json.loads(self._answer())

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def until(condition: Any, *, every: float, seconds: float = 180) -> None:
    """Poll until it holds; raises `TimeoutError`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{condition.__name__} did not come true in {seconds} seconds")
        time.sleep(every)
