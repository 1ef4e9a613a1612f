"""`manage.py up`, for real: processes are started, killed and looked for."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from agentops.supervisor import ports, reset

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow
PRODUCTION = {
    "AGENTOPS_PUBLIC_URL": "https://agentops.example",
    "AGENTOPS_ALLOWED_HOSTS": "agentops.example",
    "AGENTOPS_BEHIND_PROXY": "yes",
}


class Up:
    """A running `manage.py up` on a folder of its own."""

    def __init__(self, data: Path, *options: str, **environment: str):
        self.data, self.port = data, ports.free()
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AGENTOPS_", "DATABASE_", "REDIS_", "DJANGO_"))
        }
        self.environment = {**clean, **environment}
        self.out = data.with_name(f"{data.name}-{self.port}.out").open("w+")
        command = [sys.executable, "manage.py", "up", "--tied", "--no-demo", "--data", str(data)]
        self.process = psutil.Popen(
            [*command, "--port", str(self.port), "--workers", "1", *options],
            cwd=ROOT,
            env=self.environment,
            stdout=self.out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )

    def said(self) -> str:
        self.out.seek(0)
        return self.out.read()

    def answer(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def until(self, true, seconds: float = 30) -> None:
        deadline = time.monotonic() + 3 * seconds  # of a quiet machine
        while not true():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def part(self, *words: str) -> psutil.Process:
        found = [child for child in self.process.children() if all(word in " ".join(child.cmdline()) for word in words)]
        assert len(found) == 1, found
        return found[0]

    def command(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, "AGENTOPS_DATA_DIR": str(self.data)},
            capture_output=True,
            text=True,
            timeout=180,
        )

    def end(self, how: int = signal.SIGINT) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(90)
        self.out.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("up") / "data"
    yield folder
    reset.reset(folder)


@pytest.fixture
def up(data):
    """The product, up and answering, on the same folder for every test of this file."""
    running = Up(data, **PRODUCTION)
    try:
        running.until(lambda: "agentops: ready after" in running.said(), 60)
        yield running
    finally:
        running.end()


def test_it_tends_its_parts_and_killed_it_leaves_no_orphan(up):
    assert up.answer("/healthz") == (200, "ok\n")
    status, body = up.answer("/readyz")
    everything = {"ready": True, "database": "ok", "migrations": "ok", "redis": "ok", "workers": "ok"}
    hints = ["agent invoices has no desk", "agent support has no desk"]
    assert (status, json.loads(body)) == (200, {**everything, "hints": hints})

    for name in ("web", "redis", "postgres"):
        part = up.part(name)
        part.kill()
        up.until(lambda part=part: not part.is_running() and up.answer("/readyz")[0] == 200)

    again = Up(up.data, **PRODUCTION)
    again.process.wait(60)
    assert f"already running on {up.data} (process {up.process.pid})" in again.said()

    family = {process: " ".join(process.cmdline()[-8:]) for process in up.process.children(recursive=True)}
    assert len(family) > 5
    up.process.kill()
    _, alive = psutil.wait_procs(list(family), timeout=60)
    assert [family[orphan] for orphan in alive if orphan.status() != psutil.STATUS_ZOMBIE] == []
    assert "The database does not answer" in up.command("showmigrations").stderr


def test_the_next_start_carries_on_and_ctrl_c_stops_everything(up):
    asked = up.command(
        "shell",
        "-c",
        f"from django.db import connection as c; k = c.cursor(); k.execute({ROLE!r}); print(*k.fetchone())",
    )
    assert asked.stdout.split()[-4:] == ["agentops_app", "False", "False", "False"], asked.stderr

    family = up.process.children(recursive=True)
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(30) == 0
    assert [process for process in family if process.is_running()] == []
    assert up.said().rstrip().endswith("agentops: stopped")
    assert not (up.data / "connection.env").exists()


ROLE = "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"


def test_a_port_in_use_is_said_before_anything_starts(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        second = Up(tmp_path / "data", "--port", str(port), **PRODUCTION)
        assert second.process.wait(60) == 1
        assert f"Port {port} is in use by another program: choose another with --port" in second.said()


def test_production_refuses_to_start_unlocked_and_says_what_to_set(data):
    unsafe = Up(data, AGENTOPS_DEBUG="yes")
    assert unsafe.process.wait(60) == 1
    said = unsafe.said()
    assert "It is not safe to start:" in said
    for sentence in (
        "Unset AGENTOPS_DEBUG.",
        "Set AGENTOPS_ALLOWED_HOSTS to the names people type.",
        "Set AGENTOPS_PUBLIC_URL to https://",
    ):
        assert sentence in said


def test_a_demo_is_never_opened_to_the_network(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "demo").touch()
    for options, sentence in [
        (("--demo", "--host", "0.0.0.0"), "so it answers on this machine only"),
        ((), "holds the demo, whose passwords were printed"),
    ]:
        refused = Up(data, *options, **PRODUCTION)
        assert refused.process.wait(60) == 1
        assert sentence in refused.said()
