"""Puts this project into a side-by-side run of durable engines (`run_all.py --adapter bench.peer_adapter:Project`).

Run from the harness's folder with this project's folder on PYTHONPATH and PROJECT_PYTHON naming its interpreter.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from common import STATE, Child, Peer  # type: ignore[import-not-found]  # the harness's own module

HERE = Path(__file__).resolve().parents[1]
PYTHON = os.environ.get("PROJECT_PYTHON", sys.executable)


class Line(Child):  # type: ignore[misc]
    """A process of ours that speaks the harness's line protocol."""

    def __init__(self, script: str, env: dict[str, str]) -> None:  # the harness's own starts its own interpreter
        self.p = subprocess.Popen(
            [PYTHON, str(HERE / "bench" / f"{script}.py")],
            cwd=HERE,
            env={**os.environ, **env, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(STATE / f"project-{script}.log").open("ab"),
            text=True,
            start_new_session=True,
        )
        self.pid, self.lines, self._cb = self.p.pid, [], None
        self.ready = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()


class Project(Peer):  # type: ignore[misc]
    """The whole stack: bell, claim, gate, evidence, audit, reviews."""

    name = "project"
    needs_redis = True
    batch = 600
    note = "this project: bell, drain, gate, evidence, audit trail, reviews"

    def env(self) -> dict[str, str]:
        url, _, query = self.uri.partition("?")
        return {
            "DATABASE_URL": f"{url}?{query}",
            "REDIS_URL": self.server.redis_url,
            "AGENTOPS_PROFILE": "test",
        }

    def setup(self, n: int) -> None:
        import redis

        self.base_setup()
        redis.Redis.from_url(self.server.redis_url).flushall()
        env = {
            **os.environ,
            **self.env(),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "AGENTOPS_AS_OWNER": "1",
        }
        command = [PYTHON, "manage.py", "migrate", "--noinput", "-v0"]
        subprocess.run(command, cwd=HERE, env=env, check=True)
        self.driver = Line("driver", self.env())
        self.driver.wait_ready()
        self.ask("prepare")
        self.start_workers(n)

    def start_worker(self, i: int) -> Line:
        return Line("worker", self.env())

    def ask(self, what: str, *given: object) -> object:
        import time

        before = len(self.driver.lines)
        self.driver.send({"do": what, "with": list(given)})
        while len(self.driver.lines) == before:
            time.sleep(0.0005)
        return json.loads(self.driver.lines[before])

    def run_batch(self, invoices: list[dict[str, object]]) -> object:
        return self.ask("submit", invoices)

    def parked(self) -> list[str]:
        sql = "SELECT request_key FROM runs_run WHERE status = 'awaiting' AND awaiting = 'review'"
        return [row[0] for row in self.conn.execute(sql).fetchall()]

    def approve(self, ids: list[str]) -> object:
        return self.ask("approve", ids)

    def settled(self) -> int:
        return int(self.conn.execute("SELECT count(*) FROM runs_run WHERE status = 'completed'").fetchone()[0])

    def teardown(self) -> None:
        if getattr(self, "driver", None):
            self.driver.stop()
        super().teardown()


PEERS = [Project]
