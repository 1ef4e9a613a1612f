"""The helper: imports the parsers once, then forks one walled-in child per document.

It never looks at a document itself. It gets a job and three descriptors (input, answer, status) over its
control socket, forks, and reports how the child ended. It ends when its parent does.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass
from typing import Any

from . import jail
from .jail import Limits

HANDLES = 3
MAX_JOB_BYTES = 16_384
PEAK_UNIT = 1024 * 1024 if sys.platform == "darwin" else 1024  # of ru_maxrss, in a megabyte


@dataclass
class Child:
    """A document being parsed."""

    pid: int
    deadline: float
    status: int  # the pipe that its end is reported on
    overdue: bool = False


def main(control_descriptor: int) -> None:
    """Serve until the control socket closes."""
    from .. import inside, rehearsal  # noqa: F401 - the expensive imports, once for all documents

    rehearsal.rehearse()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is ours
    gc.freeze()
    control = socket.socket(fileno=control_descriptor)
    Nursery(control).serve()


class Nursery:
    """The children that are under way."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: dict[int, Child] = {}
        self.bell, wake = os.pipe()
        os.set_blocking(self.bell, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def serve(self) -> None:
        while True:
            ready, _, _ = select.select([self.control.fileno(), self.bell], [], [], self._until_next_deadline())
            if self.bell in ready:
                os.read(self.bell, 4096)
            self._bury()
            self._kill_overdue()
            if self.control.fileno() in ready and not self._accept():
                return self._end()

    def _until_next_deadline(self) -> float | None:
        waiting = [child.deadline for child in self.children.values() if not child.overdue]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else None

    def _accept(self) -> bool:
        message, handles, _, _ = socket.recv_fds(self.control, MAX_JOB_BYTES, HANDLES)
        if not message:
            return False
        job = json.loads(message)
        limits = Limits(**job.pop("limits"))
        source, answer, status = handles
        pid = os.fork()
        if pid == 0:
            _live(job, limits, source, answer)
        self.children[pid] = Child(pid, time.monotonic() + limits.wall_seconds, status)
        os.close(source)
        os.close(answer)
        self.control.send(b"+")
        return True

    def _bury(self) -> None:
        while self.children:
            pid, code, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self.children.pop(pid)
            _kill_group(pid)  # whatever it left behind
            report = {"signal": os.WTERMSIG(code) if os.WIFSIGNALED(code) else 0, "overdue": child.overdue,
                      "peak_mb": usage.ru_maxrss // PEAK_UNIT, "cpu": usage.ru_utime + usage.ru_stime}  # fmt: skip
            with contextlib.suppress(OSError):  # nobody waits for the end of an answer that was cut off
                os.write(child.status, json.dumps(report).encode())
            os.close(child.status)

    def _kill_overdue(self) -> None:
        for child in self.children.values():
            if not child.overdue and child.deadline <= time.monotonic():
                child.overdue = True
                _kill_group(child.pid)
                os.kill(child.pid, signal.SIGKILL)

    def _end(self) -> None:
        for child in self.children.values():
            _kill_group(child.pid)
            os.kill(child.pid, signal.SIGKILL)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _live(job: dict[str, Any], limits: Limits, source: int, answer: int) -> None:
    """The whole life of a child; never returns."""
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        jail.default_signals()
        jail.silence()
        jail.close_all_but((source, answer))
        _answer(job, limits, source, answer)
    except BaseException:  # an answer that cannot be given is reported by the exit alone
        os._exit(1)
    os._exit(0)


def _answer(job: dict[str, Any], limits: Limits, source: int, answer: int) -> None:
    from .. import inside

    try:
        walls = jail.enter(limits)
    except jail.TooWeak as error:
        reply = inside.refusal("unavailable", f"the sandbox of this machine is too weak: {error}")
    else:
        reply = inside.work(job, _take(source), walls)
    if len(reply) > limits.answer_mb * jail.MEGABYTE:
        reply = inside.refusal("too_large", "the answer is too long")
    view = memoryview(reply)
    while view:
        view = view[os.write(answer, view) :]


def _take(source: int) -> bytes:
    os.lseek(source, 0, os.SEEK_SET)
    with open(source, "rb") as file:
        return file.read()
