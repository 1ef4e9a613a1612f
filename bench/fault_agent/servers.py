"""A PostgreSQL and a Redis of our own that may be killed; what was acknowledged survives. Power cuts are no part."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import redis

from agentops.supervisor import account, binaries
from agentops.supervisor.postgres import Cluster
from agentops.supervisor.processes import die_with_parent

# Killing the server loses nothing that was acknowledged: the kernel has it. So fsync may be off, the rest not.
POSTGRES = {"fsync": "off", "synchronous_commit": "on", "max_connections": "300", "restart_after_crash": "on"}
OWNER = "agentops_owner"


class Servers:
    """Both servers, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.who = folder, account.choose()
        self.sockets = folder / "run"
        self.sockets.mkdir(mode=0o700)
        self.who.own(self.sockets)
        install = binaries.within_reach(binaries.postgres_folder(), self.who, folder / "bin")
        self.cluster = Cluster(install, folder / "pg", self.sockets, self.who, POSTGRES)
        self.postgres: subprocess.Popen[bytes] | None = None
        self.redis: subprocess.Popen[bytes] | None = None
        self.database_url = self.cluster.url(OWNER, "agentops")
        self.redis_url = f"unix://{self.sockets / 'redis.sock'}"

    def make(self) -> None:
        """Initialise and start both, with an owner and an empty database."""
        self.cluster.initialise(password=None)
        self.start_postgres("postgres")
        with psycopg.connect(self.cluster.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER")
            connection.execute("CREATE ROLE agentops_app LOGIN NOSUPERUSER")
            connection.execute(f"CREATE DATABASE agentops OWNER {OWNER}")
        self.start_redis()

    def start_postgres(self, database: str = "agentops") -> None:
        """Start, or start again after a kill: its orphans must be gone first."""
        role = "postgres" if database == "postgres" else OWNER
        deadline = time.monotonic() + 30
        while True:
            self.postgres = self._spawn(self.cluster.command(), "postgres", signal.SIGINT)
            try:
                until(lambda: psycopg.connect(self.cluster.url(role, database)).close(), self.postgres)
                return
            except ChildProcessError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def stop_postgres(self, how: signal.Signals) -> None:
        """SIGKILL: the postmaster alone dies and its children notice; SIGQUIT: immediate; SIGINT: fast."""
        assert self.postgres is not None
        self.postgres.send_signal(how)
        self.postgres.wait(30)

    def start_redis(self) -> None:
        """Start an empty Redis."""
        server = binaries.redis_server() or shutil.which("redis-server")
        if not server:
            raise RuntimeError("No Redis to test with.")
        program = binaries.within_reach(Path(server), self.who, self.folder / "bin")
        options = ["--port", "0", "--unixsocket", str(self.sockets / "redis.sock"), "--save", ""]
        self.redis = self._spawn([str(program), *options, "--dir", str(self.sockets)], "redis", signal.SIGKILL)
        until(lambda: self.client().ping(), self.redis)

    def kill_redis(self) -> None:
        """Everything in it is lost."""
        assert self.redis is not None
        self.redis.kill()
        self.redis.wait()

    def client(self) -> Any:
        return redis.Redis.from_url(self.redis_url, socket_timeout=2)

    def close(self) -> None:
        for server, how in ((self.redis, signal.SIGKILL), (self.postgres, signal.SIGQUIT)):
            if server is not None and server.poll() is None:
                server.send_signal(how)
                server.wait(20)

    def _spawn(self, command: list[str], name: str, dies: signal.Signals) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as out:
            return subprocess.Popen(
                command,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                cwd="/",
                preexec_fn=lambda: die_with_parent(dies),
                **self.who.popen,
            )


def until(attempt: Callable[[], Any], server: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Try until it works; raises `ChildProcessError` if the server ended instead."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            attempt()
            return
        except (psycopg.Error, redis.RedisError):
            if server.poll() is not None:
                raise ChildProcessError(f"it ended with {server.returncode}") from None
            if time.monotonic() > deadline:
                raise
            time.sleep(0.03)
