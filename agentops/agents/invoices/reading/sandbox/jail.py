"""The walls around one parse: limits, an unprivileged user, no files, no network, no other programs.

Everything here works by ctypes alone and without root. What a kernel does not have is left out, and the
names of the walls that stand are reported with the result.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass

from . import syscalls

NOBODY = 65534
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one document may use."""

    wall_seconds: float = 18.0
    cpu_seconds: int = 18
    memory_mb: int = 800
    answer_mb: int = 24


def enter(limits: Limits) -> list[str]:
    """Wall this process in for good; gives the names of the walls that stand."""
    walls, readable = ["rlimits"], readable_paths()  # looked up while we still may look
    _limit(limits)
    if _drop_root():
        walls.append("nobody")
    if syscalls.die_with_parent():
        walls.append("parent-death")
    if syscalls.no_new_privileges():
        walls.append("no-new-privs")
        if abi := syscalls.landlock(readable):
            walls.append(f"landlock-{abi}")
        if syscalls.seccomp():
            walls.append("seccomp")
    return walls


def readable_paths() -> list[str]:
    """Libraries that may be imported late, and the fonts for pages that bring none."""
    libraries = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    fonts = ("/usr/share/fonts", "/usr/local/share/fonts")
    return [path for path in dict.fromkeys((*libraries, here, *fonts)) if path and os.path.isdir(path)]


def _limit(limits: Limits) -> None:
    cores = resource.RLIMIT_CORE, 0
    memory = resource.RLIMIT_AS, limits.memory_mb * MEGABYTE
    processor = resource.RLIMIT_CPU, limits.cpu_seconds
    files = resource.RLIMIT_FSIZE, 0
    handles = resource.RLIMIT_NOFILE, 64
    for name, value in (cores, memory, processor, files, handles):
        resource.setrlimit(name, (value, value))


def _drop_root() -> bool:
    if os.geteuid() != 0:
        return False
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:  # a container that maps only its own root
        return False
    return True


def silence() -> None:
    """Send whatever libraries print nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def close_all_but(keep: Iterable[int]) -> None:
    """Close every descriptor above the standard three that is not in `keep`."""
    low = 3
    for descriptor in sorted(set(keep)):
        if descriptor >= low:
            os.closerange(low, descriptor)
            low = descriptor + 1
    os.closerange(low, 4096)


def default_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    ctypes.CDLL(None)  # loaded before the walls stand
