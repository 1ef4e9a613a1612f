"""One installation of the product in a folder that is kept: made as its demo, served without anybody at work."""

from __future__ import annotations

import http.client
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from agentops.supervisor import ports
from agentops.supervisor.house import House
from agentops.supervisor.postgres import OWNER
from agentops.supervisor.processes import Child
from agentops.supervisor.supervisor import Supervisor

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"
# So that a million rows come in minutes. Whoever is killed meanwhile begins anew.
HURRIED = {
    "fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "20GB",
    "maintenance_work_mem": "1GB", "work_mem": "256MB", "shared_buffers": "1GB", "autovacuum": "off", "jit": "off",
}  # fmt: skip


class Office(House):
    """The pages alone: no worker and no ticker, so nothing changes but by who looks."""

    def parts(self) -> list[Child]:
        return [child for child in super().parts() if child.name == "web"]

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def owner_url(self) -> str:
        return self.environment["DATABASE_OWNER_URL"]

    @property
    def boundless_url(self) -> str:
        """The superuser's, in the product's database: who seeds switches triggers off."""
        return self.administrator_url.replace("/postgres?", "/agentops?")


@contextmanager
def opened(folder: Path) -> Iterator[Office]:
    """The product's own start on this folder, in our main thread; everything stops behind us."""
    office = _office(folder)
    keeper = Supervisor(office)
    try:
        keeper._start()
        _until(lambda: _answers(office), 60, f"the pages of {folder} did not come up, see {folder}/logs")
        yield office
    finally:
        keeper.stop()


@contextmanager
def hurried(folder: Path) -> Iterator[str]:
    """Its PostgreSQL alone, durable no more; the address for whoever may switch triggers off."""
    office = _office(folder)
    office.prepare()
    assert office.cluster
    office.cluster.settings = HURRIED
    server = office.postgres()
    assert server
    server.patience = 600
    server.start()
    try:
        _until(lambda: _lets_in(office.boundless_url), 60, f"PostgreSQL did not come up, see {folder}/logs")
        yield office.boundless_url
    finally:
        server.ask_to_stop()
        server.see_off()


def make_demo(folder: Path) -> None:
    """Start the whole demo there, wait until its runs are settled, and stop it."""
    command = [sys.executable, "manage.py", "up", "--data", str(folder), "--port", str(ports.free()), "--tied"]
    demo = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _until(lambda: _is_settled(folder), 600, "the demo did not settle")
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(90)


def copied(source: Path, target: Path) -> None:
    """A folder like this one, made whole or not at all; raises `OSError` where its servers are kept elsewhere."""
    if (source / "servers").is_symlink():
        raise OSError(f"The servers' account cannot reach {source}: choose another folder with --folder.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    subprocess.run(["cp", "-a", str(source), str(unfinished)], check=True)
    for stale in ("lock", "parts", "connection.env", "servers/run"):
        path = unfinished / stale
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    unfinished.rename(target)


def _is_settled(folder: Path) -> bool:
    if not (folder / "demo_world/invoices/delivered").exists():
        return False
    passfile, sockets = folder / "keys/pgpass", folder / "servers/run"
    with psycopg.connect(f"postgresql://{OWNER}@/agentops?host={sockets}&passfile={passfile}") as connection:
        rows = connection.execute("SELECT count(*) FROM runs_run WHERE status IN ('queued', 'running')").fetchone()
    return rows == (0,)


def _office(folder: Path) -> Office:
    return Office(folder, ports.free(), LOOPBACK, 1, demo=True, say=lambda text: None)


def _lets_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _answers(office: Office) -> bool:
    wire = http.client.HTTPConnection(office.host, office.port, timeout=5)
    try:
        wire.request("GET", "/healthz")
        return wire.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        wire.close()


def _until(ready: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.2)
