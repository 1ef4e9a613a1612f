"""The OCR worker: loads the models once, walls itself in, and reads pages of grey pixels until its parent is gone.

It sees no files and parses no formats. It is one process for many pages, so nothing of a page is kept, and its
parent ends it after an overrun, a crash or some hundred pages.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import signal
import socket
import struct
import traceback
from typing import Any

from ..sandbox import jail

SIZE = struct.Struct(">I")
MAX_REQUEST = 4096
MEMORY_MB = 3000
MOST_THREADS = 2
CPU_SECONDS = 3600  # in its whole life: a page's own time is kept by the alarm
LATE_SECONDS = 2.0  # the parent is given so long to end us itself


def main(control_descriptor: int) -> None:
    """Serve until the control socket closes."""
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    from . import engine

    control = socket.socket(fileno=control_descriptor)
    data = engine.models()
    reader = engine.Engine(data)
    engine.rehearse(reader)  # whatever is imported or opened late, is now
    walls = _enter_walls()
    # Threads are started behind the walls: what a thread may do is settled when it starts.
    reader.load(data, min(MOST_THREADS, os.cpu_count() or 1))
    del data
    gc.freeze()
    _send(control, {"walls": walls})
    while _serve_one(control, reader):
        pass


def _enter_walls() -> list[str]:
    jail.default_signals()
    jail.silence()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is ours
    # The parent's end is told by the closed socket.
    return jail.enter(jail.Limits(cpu_seconds=CPU_SECONDS, memory_mb=MEMORY_MB, threads=True))


def _serve_one(control: socket.socket, reader: Any) -> bool:
    message, handles, _, _ = socket.recv_fds(control, MAX_REQUEST, 1)
    if not message:
        return False
    request = json.loads(message)
    signal.setitimer(signal.ITIMER_REAL, request["seconds"] + LATE_SECONDS)  # nobody handles it, so it ends us
    try:
        answer = _look(reader, request, handles[0])
    except MemoryError:
        answer = {"failed": "memory"}
    except Exception as error:
        answer = {"failed": "".join(traceback.format_exception(error)[-3:])[-1000:]}
    finally:
        os.close(handles[0])
    signal.setitimer(signal.ITIMER_REAL, 0)
    _send(control, answer)
    return True


def _look(reader: Any, request: dict[str, Any], handle: int) -> dict[str, Any]:
    import numpy as np

    width, height = request["width"], request["height"]
    with mmap.mmap(handle, width * height, prot=mmap.PROT_READ) as pixels:
        page = np.frombuffer(pixels, np.uint8).reshape(height, width).copy()
    answer: dict[str, Any] = reader.look(page)
    return answer


def _send(control: socket.socket, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    control.sendall(SIZE.pack(len(body)) + body)
