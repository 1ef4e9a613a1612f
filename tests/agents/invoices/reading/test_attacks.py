"""Attacks from inside a parse: each ends as a refusal, and a document beside it is read as ever."""

import json
import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from agentops.agents.invoices import apps
from agentops.agents.invoices.reading import isolate, read_file
from agentops.agents.invoices.reading.model import Reading
from agentops.agents.invoices.reading.sandbox import bpf, forbidden, jail, level, syscalls
from agentops.agents.invoices.reading.sandbox import helper as helpers
from agentops.agents.invoices.reading.sandbox.jail import Limits, level_of

from .einvoices.samples import UBL
from .hostile.start import ATTACKS

HOSTILE = Path(__file__).with_name("hostile") / "start.py"
SHORT = Limits(wall_seconds=1.5)
ENDLESS = {"loop", "leave the group"}
DEADLY = {"crash", "flood"}

walled = pytest.mark.skipif(
    level.standing() != "landlock" or platform.machine() != "x86_64",
    reason=f"this machine has only {level.walls()}",
)


JOB = {"task": "read", "name": "a.xml", "sha256": "", "size": len(UBL), "media_type": "application/xml"}


@pytest.fixture(scope="module")
def starting():
    """Helpers that begin with another script; ended with the module."""
    begun, real = [], helpers._START

    def start(script):
        helpers._START = script
        begun.append(helpers.Helper())
        begun[-1].start()
        helpers._START = real
        return begun[-1]

    yield start
    for helper in begun:
        helper.stop()


@pytest.fixture(scope="module")
def hostile(starting):
    return starting(HOSTILE)


def document(helper):
    return Reading.from_json(json.loads(helper.run(JOB, UBL.encode(), Limits()).body))


@walled
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_ends_as_a_refusal_while_a_document_is_read(hostile, attack):
    pid = psutil.Process(hostile.pid)
    with ThreadPoolExecutor(2) as pool:
        tried = pool.submit(hostile.run, {"task": "attack", "attack": attack}, b"", SHORT)
        beside = pool.submit(document, hostile)
        answer, reading = tried.result(), beside.result()
    assert reading.text("invoice_number") == "R-2026-17"
    assert (reading.error, level_of(reading.sandbox)) == (None, "landlock")
    if attack in ENDLESS:
        assert answer.overdue
    elif attack in DEADLY:
        assert answer.signal or answer.body == b"" or json.loads(answer.body)["refused"]
    else:
        refused = json.loads(answer.body)
        assert refused["refused"] == ("too_large" if attack == "allocate" else "corrupt_file")
        assert attack == "allocate" or "PermissionError" in refused["detail"] + refused["trace"]
    assert pid.is_running()
    assert pid.nice() == psutil.Process().nice()
    assert [child for child in pid.children() if child.status() != psutil.STATUS_ZOMBIE] == []


def test_a_sandbox_that_is_too_weak_reads_nothing(starting):
    helper = starting(HOSTILE.with_name("weak.py"))
    reading = document(helper)
    assert (reading.text("invoice_number"), level_of(reading.sandbox)) == ("R-2026-17", "rlimits")
    refused = json.loads(helper.run(JOB, UBL.encode(), Limits(minimum="seccomp")).body)
    assert refused["refused"] == "unavailable"
    assert "rlimits instead of seccomp" in refused["detail"]


def test_walls_that_are_too_few_are_refused(monkeypatch):
    monkeypatch.setattr(jail, "_limit", lambda limits: None)
    monkeypatch.setattr(jail, "_drop_root", lambda: False)
    for name in ("die_with_parent", "no_new_privileges", "seccomp"):
        monkeypatch.setattr(syscalls, name, lambda: False)
    monkeypatch.setattr(syscalls, "landlock", lambda readable: 0)
    assert jail.enter(Limits()) == ["rlimits"]
    with pytest.raises(jail.TooWeak, match="rlimits instead of seccomp"):
        jail.enter(Limits(minimum="seccomp"))


@pytest.mark.parametrize(
    ("walls", "reached"),
    [
        ((), "rlimits"),
        (("rlimits", "nobody"), "rlimits"),
        (("rlimits", "no-new-privs", "landlock-7"), "rlimits"),
        (("rlimits", "no-new-privs", "seccomp"), "seccomp"),
        (("rlimits", "no-new-privs", "landlock-1", "seccomp"), "landlock"),
    ],
)
def test_walls_amount_to_a_level(walls, reached):
    assert level_of(walls) == reached


@pytest.mark.parametrize(
    ("minimum", "standing", "starts"),
    [
        ("rlimits", "rlimits", True),
        ("seccomp", "rlimits", False),
        ("seccomp", "landlock", True),
        ("landlock", "seccomp", False),
    ],
)
def test_a_machine_that_is_too_weak_does_not_start_and_says_what_to_do(
    minimum, standing, starts, settings, monkeypatch
):
    settings.SANDBOX_MINIMUM = minimum
    monkeypatch.setattr(level, "standing", lambda: standing)
    found = apps.the_sandbox_is_strong_enough()
    assert (found == []) == starts
    if not starts:
        assert standing in found[0].msg
        assert f"AGENTOPS_SANDBOX_MINIMUM={standing}" in found[0].hint


def test_the_check_tells_how_strong_the_sandbox_is():
    (told,) = apps.how_strong_the_sandbox_is()
    assert f"“{level.standing()}”" in told.msg


def test_every_reading_is_made_behind_the_minimum_that_is_set(settings):
    settings.SANDBOX_MINIMUM = level.standing()
    assert isolate._limits().minimum == level.standing()
    assert read_file(UBL.encode(), "a.xml").error is None


def test_elsewhere_than_on_linux_the_walls_are_fewer_and_nothing_breaks(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(os, "geteuid", lambda: 501)
    tried = []
    monkeypatch.setattr(jail.resource, "setrlimit", lambda name, value: tried.append(name) or _cannot())
    assert level_of(jail.enter(Limits())) == "rlimits"
    assert len(tried) == 6
    assert not syscalls.seccomp()
    assert not syscalls.no_new_privileges()
    assert syscalls.landlock([]) == 0


def _cannot():
    raise ValueError("current limit exceeds maximum limit")


def test_where_memory_has_no_files_the_document_is_one_without_a_name(monkeypatch):
    monkeypatch.delattr(os, "memfd_create", raising=False)
    handle = helpers.as_file(b"abc")
    try:
        assert os.pread(handle, 10, 0) == b"abc"
        assert os.fstat(handle).st_nlink == 0
    finally:
        os.close(handle)


class Kernel:
    """Runs a filter as the kernel does, for numbers and arguments of any architecture."""

    def __init__(self, machine):
        import struct

        code = bpf.program(machine)
        self.code = [struct.unpack_from("HBBI", code, at) for at in range(0, len(code), 8)]
        self.arch = bpf.ARCHITECTURES[machine]

    def answer(self, number, *arguments, arch=None):
        facts = {0: number, 4: self.arch if arch is None else arch}
        facts |= {16 + 8 * place: value for place, value in enumerate((*arguments, 0, 0, 0, 0))}
        at = held = 0
        while True:
            operation, yes, no, value = self.code[at]
            at += 1
            if operation == 0x20:
                held = facts[value]
            elif operation == 0x06:
                return value
            else:
                holds = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[operation]
                at += yes if holds else no


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_lets_through_what_a_parser_needs_and_nothing_else(machine):
    kernel = Kernel(machine)
    place = ("x86_64", "aarch64").index(machine)
    for group in forbidden.GROUPS:
        for name, numbers in group.items():
            if numbers[place]:
                assert kernel.answer(numbers[place]) == bpf.EPERM, name
    needed = {"read": (0, 63), "write": (1, 64), "close": (3, 57), "mmap": (9, 222), "munmap": (11, 215),
              "brk": (12, 214), "futex": (202, 98), "exit_group": (231, 94), "lseek": (8, 62)}  # fmt: skip
    for name, numbers in needed.items():
        assert kernel.answer(numbers[place]) == bpf.ALLOW, name
    calls = bpf._CALLS[machine]
    assert kernel.answer(calls["clone"], 0x3D0F00) == bpf.ALLOW  # a thread
    assert kernel.answer(calls["clone"], 0x1200011) == bpf.EPERM  # a process
    assert kernel.answer(calls["openat"], 0, 0, 0o2000000) == bpf.ALLOW  # read-only, close on exec
    for flags in (0o1, 0o2, 0o101, 0o1000, 0o2001):
        assert kernel.answer(calls["openat"], 0, 0, flags) == bpf.EPERM
    assert kernel.answer(calls["prlimit64"], 0) == bpf.ALLOW
    assert kernel.answer(calls["prlimit64"], 4711) == bpf.EPERM
    assert [kernel.answer(calls["fcntl"], 3, command) for command in (1, 3, 8, 10, 15)] == [
        bpf.ALLOW, bpf.ALLOW, bpf.EPERM, bpf.EPERM, bpf.EPERM,
    ]  # fmt: skip
    assert kernel.answer(435) == kernel.answer(437) == bpf.ENOSYS
    assert kernel.answer(0x40000000 + 1) == bpf.EPERM  # x32
    assert kernel.answer(0, arch=0x40000003) == bpf.EPERM  # 32 bits
