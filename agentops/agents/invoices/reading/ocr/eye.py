"""The OCR worker as its parent sees it: started when the first page comes, replaced when it is lost or worn out."""

from __future__ import annotations

import json
import logging
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from ..sandbox.helper import as_file

START_SECONDS = 90.0
PAGES_PER_WORKER = 300
MAX_ANSWER = 16 * 1024 * 1024

_START = Path(__file__).parents[1] / "sandbox" / "start.py"
_SIZE = struct.Struct(">I")
log = logging.getLogger(__name__)


class Blind(Exception):
    """This page could not be read."""


class Overdue(Blind):
    """It took longer than it was given."""


class Eye:
    """One worker and the way to it; safe from many threads, which take turns page by page."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As new, with nothing running; whoever has something running stops or forgets it first."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._pages = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def look(self, width: int, height: int, pixels: bytes, seconds: float) -> tuple[dict[str, Any], float]:
        """The page's lines and the seconds that took, waiting left out; raises `Blind`, `Overdue`."""
        with self._lock:
            control = self._ready()
            started = time.monotonic()
            request = {"width": width, "height": height, "seconds": seconds}
            try:
                answer = self._ask(control, request, pixels, started + seconds)
            except TimeoutError as error:
                self._drop()
                raise Overdue(f"more than {seconds:.0f} s") from error
            except (OSError, ValueError) as error:
                self._drop()
                log.warning("ocr_worker_died: %s", error)
                raise Blind("the OCR worker died") from error
            self._pages += 1
            if "failed" in answer:
                log.warning("ocr_failed: %s", answer["failed"])
                self._drop()
                raise Blind("too little memory" if answer["failed"] == "memory" else "OCR failed")
            return answer, time.monotonic() - started

    def stop(self) -> None:
        """End the worker and the page under way."""
        with self._lock:
            self._drop()

    def _ready(self) -> socket.socket:
        """The way to a worker that runs and is not worn out; raises `Blind`."""
        worn = self._pages >= PAGES_PER_WORKER
        if self._control is not None and self._process is not None and self._process.poll() is None and not worn:
            return self._control
        self._drop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            command = [sys.executable, "-I", str(_START), str(theirs.fileno()), "ocr"]
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                command, env={}, cwd="/", close_fds=True, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        self._control = ours
        try:
            _receive(ours, time.monotonic() + START_SECONDS)
        except (OSError, ValueError) as error:
            self._drop()
            raise Blind("the OCR worker does not start") from error
        return ours

    @staticmethod
    def _ask(control: socket.socket, request: dict[str, Any], pixels: bytes, deadline: float) -> dict[str, Any]:
        handle = as_file(pixels)
        try:
            socket.send_fds(control, [json.dumps(request).encode()], [handle])
        finally:
            os.close(handle)
        return _receive(control, deadline)

    def _drop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None
        self._pages = 0

    def forget(self) -> None:
        """After a fork: the worker belongs to the parent, and must not outlive it through our copy."""
        if self._control is not None:
            self._control.close()
        self.reset()


def _receive(control: socket.socket, deadline: float) -> dict[str, Any]:
    """One answer; raises `TimeoutError`, `OSError` for a closed socket, `ValueError` for nonsense."""
    (size,) = _SIZE.unpack(_exactly(control, _SIZE.size, deadline))
    if size > MAX_ANSWER:
        raise ValueError("the answer is too long")
    answer: dict[str, Any] = json.loads(_exactly(control, size, deadline))
    return answer


def _exactly(control: socket.socket, count: int, deadline: float) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        control.settimeout(max(0.01, deadline - time.monotonic()))
        part = control.recv(count - len(parts))
        if not part:
            raise OSError("the OCR worker closed its door")
        parts += part
    return bytes(parts)


_eye = Eye()
os.register_at_fork(after_in_child=lambda: _eye.forget())


def eye() -> Eye:
    """This process's OCR worker."""
    return _eye
