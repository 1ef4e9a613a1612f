"""Starts a house in order, tends its parts, and stops them in reverse order."""

import http
import http.client
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from agentops.supervisor import keys, leftovers, lock, ports
from agentops.supervisor.house import House
from agentops.supervisor.postgres import APPLICATION, OWNER, make_roles
from agentops.supervisor.processes import Child

LOOK_EVERY = 0.1
RECOVERY = 600.0  # seconds PostgreSQL may need to recover from a crash
SOON = 30.0


class StartFailed(RuntimeError):
    """A part did not come up; the message holds its last words."""


class Stopped(Exception):
    """We were asked to stop while we were starting."""


@dataclass
class Supervisor:
    """Owns the children; everything happens in the main thread."""

    house: House
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def run(self, greet: Callable[[], None]) -> None:
        """Start everything, call `greet`, and stay until a signal; raises what the start raises."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._asked_to_stop)
        self.house.data.mkdir(mode=0o711, parents=True, exist_ok=True)
        held = lock.take(self.house.data)
        try:
            leftovers.wait_for_parts(self._parts_file, self.house.say)
            ports.require_free(self.house.host, self.house.port)
            self._start()
            greet()
            while not self.stopping:
                self._tend()
                time.sleep(LOOK_EVERY)
        except Exception:
            if not self.stopping:  # what we interrupt ourselves may fail
                raise
        finally:
            self.stop()
            del held

    def stop(self) -> None:
        """Stop the parts together, then the servers they stand on."""
        servers = [child for child in self.children if child.name in ("postgres", "redis")]
        parts = [child for child in self.children if child not in servers]
        for group in (parts, *([server] for server in reversed(servers))):
            for child in reversed(group):
                child.ask_to_stop()
            for child in reversed(group):
                child.see_off()
        if self.children:
            self.house.forget()
            self._parts_file.unlink(missing_ok=True)

    def _start(self) -> None:
        house = self.house
        house.prepare()
        postgres, bell = house.postgres(), house.redis()
        if bell:
            self._launch(bell)
        if postgres:
            self._launch(postgres)
            self._until(self._administrator_gets_in, postgres, RECOVERY)
            make_roles(
                house.administrator_url,
                {role: keys.read(house.layout.keys, name) for name, role in ROLES.items()},
            )
        if bell:
            self._until(self._bell_rings, bell, SOON)
        house.say("preparing tables and rights")
        self._check_stop()
        house.run("ready_database", as_owner=True)
        self._check_stop()
        house.tell_other_commands()
        for part in house.parts():
            self._launch(part)

    def wait_until_ready(self) -> bool:
        """Wait for the web server, then for all behind it; False if that takes long. Raises `StartFailed`."""
        web = next(child for child in self.children if child.name == "web")
        self._until(lambda: self._answers("/healthz"), web, SOON * 2)
        deadline = time.monotonic() + SOON
        while not (ready := self._answers("/readyz")) and time.monotonic() < deadline:
            self._check_stop()
            self._tend()
            time.sleep(LOOK_EVERY)
        return ready

    def wait_for(self, child: Child, made: Path) -> None:
        """Wait until a part has made a file, or has ended, or takes too long."""
        deadline = time.monotonic() + SOON
        while child.alive and not made.exists() and time.monotonic() < deadline:
            self._check_stop()
            self._tend()
            time.sleep(LOOK_EVERY)

    def _answers(self, path: str) -> bool:
        wire = http.client.HTTPConnection(self.house.host, self.house.port, timeout=10)
        try:
            wire.request("GET", path)
            return wire.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            wire.close()

    def _launch(self, child: Child) -> None:
        self._check_stop()
        child.start()
        self.children.append(child)
        self._note_parts()

    def add(self, child: Child) -> None:
        """Take one more part into care."""
        self._launch(child)

    def _tend(self) -> None:
        before = [child.process for child in self.children]
        for child in self.children:
            child.tend(self.house.say)
        if before != [child.process for child in self.children]:
            self._note_parts()

    @property
    def _parts_file(self) -> Path:
        return self.house.data / "parts"

    def _note_parts(self) -> None:
        leftovers.note_parts(self._parts_file, [child.process.pid for child in self.children if child.process])

    def _until(self, ready: Callable[[], bool], child: Child, seconds: float) -> None:
        began = said = time.monotonic()
        while not ready():
            self._check_stop()
            now = time.monotonic()
            if not child.alive or now - began > seconds:
                raise StartFailed(f"{child.name} did not come up ({child.ending}):\n{child.last_words()}")
            if now - said > 5:
                self.house.say(f"still waiting for {child.name} ({now - began:.0f} s)")
                said = now
            time.sleep(0.03)

    def _administrator_gets_in(self) -> bool:
        try:
            psycopg.connect(self.house.administrator_url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _bell_rings(self) -> bool:
        try:
            with redis.Redis.from_url(self.house.environment["REDIS_URL"], socket_timeout=2, retry=None) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _check_stop(self) -> None:
        if self.stopping:
            raise Stopped

    def _asked_to_stop(self, signum: int, frame: object) -> None:
        self.stopping = True


ROLES = {"database_owner": OWNER, "database_application": APPLICATION}
