"""The helper process as its parent sees it: start, hand over a job, read the answer, start again if lost."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .jail import MEGABYTE, Limits

AT_ONCE = max(4, os.cpu_count() or 1)
START_SECONDS = 30.0
GRACE_SECONDS = 3.0

_START = Path(__file__).with_name("start.py")


class HelperLost(Exception):
    """The helper is gone or does not answer; the next call starts another one."""


@dataclass(frozen=True)
class Answer:
    """What came back for one document."""

    body: bytes = b""
    overdue: bool = False
    truncated: bool = False
    signal: int = 0
    peak_mb: int = 0
    cpu: float = 0.0


class Helper:
    """One helper process and the way to it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As new, with nothing running; whoever has something running stops or forgets it first."""
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Start it if it is not running; raises `HelperLost`."""
        with self._lock:
            self._ensure()

    def stop(self) -> None:
        """End the helper and every document under way."""
        with self._lock:
            self._drop()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def run(self, job: Mapping[str, Any], data: bytes, limits: Limits) -> Answer:
        """Carry out one job on `data`; raises `HelperLost`."""
        with self._room:
            answer, status = self._hand_over({**job, "limits": asdict(limits)}, data)
            try:
                return _collect(answer, status, limits)
            except TimeoutError as error:  # the helper itself does not keep its deadlines
                self.stop()
                raise HelperLost from error
            finally:
                os.close(answer)
                os.close(status)

    def _hand_over(self, job: Mapping[str, Any], data: bytes) -> tuple[int, int]:
        source = as_file(data)
        answer, answer_end = os.pipe()
        status, status_end = os.pipe()
        try:
            with self._lock:
                self._send(json.dumps(job).encode(), [source, answer_end, status_end])
        except BaseException:
            os.close(answer)
            os.close(status)
            raise
        finally:
            for descriptor in (source, answer_end, status_end):
                os.close(descriptor)
        return answer, status

    def _send(self, message: bytes, handles: list[int]) -> None:
        control = self._ensure()
        try:
            socket.send_fds(control, [message], handles)
            if control.recv(1) != b"+":
                raise OSError("the helper closed its door")
        except OSError as error:
            self._drop()
            raise HelperLost(str(error)) from error

    def _ensure(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self._drop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            command = [sys.executable, "-I", str(_START), str(theirs.fileno())]
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                command, env={}, cwd="/", close_fds=True, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        ours.settimeout(START_SECONDS)
        self._control = ours
        return ours

    def _drop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None

    def forget(self) -> None:
        """After a fork: the helper belongs to the parent, and must not outlive it through our copy."""
        if self._control is not None:
            self._control.close()
        self.reset()


def as_file(data: bytes) -> int:
    """An anonymous file, in memory where the system can, so that nothing is written to a disk."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("document", os.MFD_CLOEXEC)
    else:
        with tempfile.TemporaryFile() as unnamed:
            descriptor = os.dup(unnamed.fileno())
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    return descriptor


def _collect(answer: int, status: int, limits: Limits) -> Answer:
    deadline = time.monotonic() + limits.wall_seconds + GRACE_SECONDS
    cap = (limits.answer_mb + 1) * MEGABYTE
    body = _drain(answer, cap, deadline)
    truncated = len(body) >= cap
    report = _drain(status, 4096, deadline) if not truncated else b""
    facts = json.loads(report) if report else {}
    complete = not truncated and not facts.get("signal") and not facts.get("overdue")
    return Answer(body=body if complete else b"", truncated=truncated, **facts)


def _drain(descriptor: int, cap: int, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    poll = select.poll()  # select() cannot watch the high descriptors of a busy worker
    poll.register(descriptor, select.POLLIN)
    while size < cap:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        part = os.read(descriptor, 262_144)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


_helper = Helper()
os.register_at_fork(after_in_child=lambda: _helper.forget())


def helper() -> Helper:
    """This process's helper."""
    return _helper
