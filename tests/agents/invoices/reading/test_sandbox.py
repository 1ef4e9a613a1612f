"""Untrusted files are parsed elsewhere: walled in, timed, and without harm to their neighbours."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from agentops.agents.invoices import reading
from agentops.agents.invoices.reading import read_file, render_page
from agentops.agents.invoices.reading.model import Reading
from agentops.agents.invoices.reading.refusals import MESSAGES, Refused
from agentops.agents.invoices.reading.sandbox.helper import Helper, helper
from agentops.agents.invoices.reading.sandbox.jail import Limits

ROOM = Path(reading.__file__).parent
SLOW = b"<a>" + b"<b>1</b>" * 2_000_000 + b"</a>"

PROBE = """
import importlib.util, json, os, socket, sys
spec = importlib.util.spec_from_file_location("start", sys.argv[1])
start = importlib.util.module_from_spec(spec)
spec.loader.exec_module(start)
start.load_package()
from reading.sandbox import jail

def tried(what):
    try:
        what()
    except MemoryError:
        return "memory"
    except OSError as error:
        return type(error).__name__
    return "allowed"

walls = jail.enter(jail.Limits(memory_mb=900))
print(json.dumps({
    "walls": walls,
    "socket": tried(socket.socket),
    "exec": tried(lambda: os.execv("/bin/true", ["true"])),
    "fork": tried(os.fork),
    "read": tried(lambda: open("/etc/passwd").read()),
    "environment": tried(lambda: open("/proc/1/environ").read()),
    "write": tried(lambda: open("/tmp/probe", "w").write("x")),
    "kill": tried(lambda: os.kill(os.getppid(), 0)),
    "memory": tried(lambda: bytearray(2**31)),
}))
"""


@pytest.fixture
def document(draw_pdf):
    def paint(page):
        page.drawString(50, 780, "Muster GmbH")
        page.drawString(50, 760, "Rechnungsnummer: R-17  Rechnungsdatum: 03.04.2026")
        page.drawString(50, 740, "Gesamtbetrag 11,90 EUR")

    return draw_pdf(paint)


def test_a_parser_can_reach_nothing():
    command = [sys.executable, "-I", "-c", PROBE, str(ROOM / "sandbox" / "start.py")]
    done = subprocess.run(command, capture_output=True, text=True, env={}, check=True)
    tried = json.loads(done.stdout)
    walls = tried.pop("walls")
    if not ({"seccomp"} <= set(walls) and any(wall.startswith("landlock") for wall in walls)):
        pytest.skip(f"this kernel has only {walls}")
    assert tried.pop("memory") == "memory"
    assert set(tried.values()) <= {"PermissionError"}


def test_a_reading_says_which_walls_stood(document):
    result = read_file(document, "a.pdf")
    assert result.error is None
    assert {"rlimits", "parent-death"} <= set(result.sandbox)
    assert Reading.from_json(json.loads(json.dumps(result.as_json()))) == result


def test_the_helper_knows_no_django_and_no_environment(document):
    read_file(document, "a.pdf")
    process = psutil.Process(helper().pid)
    assert process.environ() == {}
    assert not any("django" in entry.path or "psycopg" in entry.path for entry in process.memory_maps())


def test_what_takes_too_long_is_stopped_while_others_keep_their_pace(document):
    one = Helper()
    try:
        one.start()
        job = {"task": "read", "name": "", "sha256": "", "size": 0, "media_type": "application/xml"}
        with ThreadPoolExecutor(4) as pool:
            slow = [pool.submit(one.run, job, SLOW, Limits(wall_seconds=0.2)) for _ in range(2)]
            quick = [
                pool.submit(one.run, job | {"media_type": "application/pdf"}, document, Limits()) for _ in range(2)
            ]
            assert all(task.result().overdue for task in slow)
            assert all(json.loads(task.result().body)["kind"] == "pdf-text" for task in quick)
    finally:
        one.stop()


def test_sixteen_threads_share_one_helper(document):
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda _: read_file(document, "a.pdf"), range(48)))
    assert {result.text("invoice_number") for result in results} == {"R-17"}
    assert {result.error for result in results} == {None}


def test_a_lost_helper_is_replaced(document):
    read_file(document, "a.pdf")
    os.kill(helper().pid, signal.SIGKILL)
    time.sleep(0.05)
    assert read_file(document, "a.pdf").error is None


def test_the_helper_ends_with_its_parent():
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from agentops.agents.invoices.reading.isolate import warm_up, read_file, helper\n"
        "read_file(b'<a/>', 'a.xml'); print(helper().pid, flush=True); time.sleep(60)"
    )
    root = str(ROOM.parents[3])
    parent = subprocess.Popen([sys.executable, "-c", code, root], stdout=subprocess.PIPE, text=True)
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    psutil.wait_procs([child], timeout=30)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_page_is_rendered_as_png(document):
    assert render_page(document, 1, 1.0).startswith(b"\x89PNG")
    with pytest.raises(Refused, match="no_pages"):
        render_page(document, 2, 1.0)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a\x00b.pdf", "\udcff.pdf", "<img src=x>.pdf", "r" * 300])
def test_a_name_is_only_a_name(name, document):
    assert read_file(document, name).text("invoice_number") == "R-17"


def test_missing_files_and_folders_are_errors_and_not_exceptions(tmp_path):
    assert read_file(tmp_path / "nothing.pdf").error.code == "not_found"
    assert read_file(tmp_path).error.code == "not_a_file"
    assert read_file("/dev/zero").error.code == "not_a_file"
    assert read_file("a\x00b").error.code == "not_a_file"


def test_every_refusal_says_what_to_do():
    assert all(len(message) > 20 and message.endswith(".") for message in MESSAGES.values())
