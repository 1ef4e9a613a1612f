"""The parts of one installation, in the order they start: PostgreSQL, Redis, tables, web, workers, models, ticker."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agentops.database import CONNECTION_FILE
from agentops.supervisor import account, binaries, keys, layout, leftovers, ports, redis_server
from agentops.supervisor.postgres import ADMINISTRATOR, APPLICATION, OWNER, Cluster
from agentops.supervisor.processes import Child, die_with_parent

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
SERVER_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
OURS = {"umask": 0o077}  # uploads and logs are nobody else's business
# No just-in-time compiler: our statements are short. A log that only says what somebody must know.
POSTGRES = {"jit": "off", "log_min_messages": "warning", "max_connections": "200", "wal_compression": "on"}


class CommandFailed(RuntimeError):
    """A step of the start failed; the message is what it said."""


@dataclass
class House:
    """Everything `manage.py up` needs to know about one installation."""

    data: Path
    port: int
    host: str
    workers: int
    demo: bool
    say: Callable[[str], None]
    given: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def prepare(self) -> None:
        """Make folders and keys, find the servers; raises what `account`, `binaries` and `layout` raise."""
        self.account = account.choose()
        self.layout = layout.prepare(self.data, self.account)
        keys.make(self.layout.keys)
        self.cluster = None if self.given.get("DATABASE_URL") else self._cluster()
        self.bell = None if self.given.get("REDIS_URL") else self._bell()
        self.environment = {**self.given, **self._addresses()}

    def postgres(self) -> Child | None:
        """PostgreSQL, made if this is the first start; None if one was given."""
        if self.cluster is None:
            return None
        if not self.cluster.made:
            self.say("making the database (first start)")
            if self.layout.postgres.exists():  # what a first start that was cut short left; nothing is in it
                shutil.rmtree(self.layout.postgres)
            self.cluster.initialise(keys.read(self.layout.keys, "database_administrator"))
        leftovers.clear_postgres(self.layout.postgres, self.say)
        return self._server("postgres", self.cluster.command(), stop="SIGINT", patience=60)

    def redis(self) -> Child | None:
        """Redis or what stands in for it; None if one was given."""
        if self.bell is None:
            return None
        if self.bell.embedded:
            return self._server("redis", self.bell.command)
        self.say("no embedded Redis exists for this Python: using a stand-in (set REDIS_URL to use a real one)")
        return Child(
            "redis",
            self.bell.command,
            environment=self.environment,
            log=self.log("redis"),
            cwd=MANAGE.parent,
            popen=OURS,
        )

    def parts(self) -> list[Child]:
        """What works on top of the servers."""
        web = self._part("web", "web", "--host", self.host, "--port", str(self.port))
        workers = [self._part(f"worker-{number}", "worker", patience=40) for number in range(1, self.workers + 1)]
        # Without a key there is nobody to ask, and no process waits for one.
        models = [self._part("models", "models", patience=40)] if self._asks_models() else []
        return [web, *workers, *models, self._part("ticker", "ticker")]

    def _asks_models(self) -> bool:
        names = ("ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY_FILE", "AGENTOPS_MODEL_SCRIPT")
        return any(self.given.get(name, "").strip() for name in names)

    def demo_parts(self) -> list[Child]:
        """What prepares the demo and prints its accounts, and what prints what is going on."""
        preparing = self._part("demo_prepare", "demo_prepare", to_terminal=True)
        preparing.once = True
        return [preparing, self._part("demo_status", "demo_status", to_terminal=True)]

    def run(self, *command: str, as_owner: bool = False) -> str:
        """Run one of our commands to its end and return what it printed; raises `CommandFailed`."""
        environment = {
            **self.environment,
            "AGENTOPS_ROLE": "command",
            "AGENTOPS_AS_OWNER": "yes" if as_owner else "no",
        }
        done = subprocess.run(  # noqa: S603
            [sys.executable, str(MANAGE), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=MANAGE.parent,
            umask=0o077,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            told, _, reason = said.rpartition("CommandError: ")
            raise CommandFailed(reason if not told else f"`manage.py {' '.join(command)}` failed:\n{said[-4000:]}")
        return done.stdout

    @property
    def administrator_url(self) -> str:
        """The superuser's address; only the supervisor uses it, to make roles."""
        assert self.cluster is not None  # noqa: S101
        return self.cluster.url(ADMINISTRATOR, "postgres", self.layout.keys / keys.PASSFILE)

    def tell_other_commands(self) -> None:
        """Write down where the servers are, so that commands in another shell find them."""
        names = ["AGENTOPS_PROFILE", "AGENTOPS_FOR_DATABASE"]
        names += [name for name in ("DATABASE_URL", "DATABASE_OWNER_URL") if self.cluster]
        names += ["REDIS_URL"] if self.bell else []
        lines = [f"{name}={self.environment[name]}\n" for name in names if name in self.environment]
        keys.write(self.data / CONNECTION_FILE, "".join(lines))

    def forget(self) -> None:
        """The servers are gone; commands must not look for them."""
        (self.data / CONNECTION_FILE).unlink(missing_ok=True)

    def log(self, name: str) -> Path | None:
        """The file a part writes to; in production our own output, where a service manager reads it."""
        return self.layout.logs / f"{name}.log" if self.demo or name in ("postgres", "redis") else None

    def _cluster(self) -> Cluster:
        install = binaries.within_reach(binaries.postgres_folder(), self.account, self.layout.programs)
        return Cluster(install, self.layout.postgres, self.layout.sockets, self.account, POSTGRES)

    def _bell(self) -> redis_server.Bell:
        program = binaries.redis_server()
        if program is None:
            return redis_server.fallback(ports.free())
        program = binaries.within_reach(program, self.account, self.layout.programs)
        password = keys.read(self.layout.keys, keys.REDIS)
        return redis_server.embedded(program, self.layout.redis, self.layout.sockets, password, self.account)

    def _addresses(self) -> dict[str, str]:
        found = {
            "AGENTOPS_DATA_DIR": str(self.data),
            "AGENTOPS_PROFILE": "demo" if self.demo else "production",
        }
        if self.demo:
            found["AGENTOPS_PUBLIC_URL"] = f"http://127.0.0.1:{self.port}"
        if self.cluster:
            passfile = self.layout.keys / keys.PASSFILE
            found["DATABASE_URL"] = self.cluster.url(APPLICATION, passfile=passfile)
            found["DATABASE_OWNER_URL"] = self.cluster.url(OWNER, passfile=passfile)
        else:
            found["AGENTOPS_FOR_DATABASE"] = hashlib.sha256(self.given["DATABASE_URL"].encode()).hexdigest()
        if self.bell:
            found["REDIS_URL"] = self.bell.url
        return found

    def _server(self, name: str, command: list[str], *, stop: str = "SIGTERM", patience: float = 10) -> Child:
        return Child(
            name,
            command,
            stop=stop,
            patience=patience,
            environment=SERVER_ENVIRONMENT,
            popen=self.account.popen,
            log=self.log(name),
            cwd=Path("/"),
        )

    def _part(self, name: str, *command: str, patience: float = 10, to_terminal: bool = False) -> Child:
        environment = {**self.environment, "AGENTOPS_ROLE": "command" if to_terminal else command[0]}
        if to_terminal:
            environment["AGENTOPS_LOG_LEVEL"] = "ERROR"
        log = None if to_terminal else self.log(name)
        whole = [sys.executable, str(MANAGE), *command]
        return Child(name, whole, patience=patience, environment=environment, log=log, cwd=MANAGE.parent, popen=OURS)
