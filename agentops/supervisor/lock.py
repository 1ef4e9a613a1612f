"""One supervisor per data folder."""

import fcntl
import os
from pathlib import Path


class AlreadyRunning(RuntimeError):
    """Another supervisor holds this data folder."""


def take(data: Path) -> int:
    """Hold the folder until this process ends; raises `AlreadyRunning`. Children do not inherit the hold."""
    handle = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 20, 0).decode().strip() or "unknown"
        os.close(handle)
        raise AlreadyRunning(
            f"It is already running on {data} (process {holder}): stop that one, or choose another --data."
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle
