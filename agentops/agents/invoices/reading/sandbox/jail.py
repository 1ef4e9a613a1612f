"""The walls around one parse: limits, an unprivileged user, no files, no network, no other programs.

Everything here works by ctypes alone and without root. What a kernel does not have is left out, and the
names of the walls that stand are reported with the result. Together they make one of three levels: `rlimits` (a
process of its own without secrets, with limits; all there is on macOS), `seccomp` (and no network, no programs, no
writing), `landlock` (and no file but the libraries can be read).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass

from . import syscalls

NOBODY = 65534
MEGABYTE = 1024 * 1024
LEVELS = ("rlimits", "seccomp", "landlock")  # each with all walls of those before it
MOST_HANDLES = 65_536


@dataclass(frozen=True)
class Limits:
    """What one document may use."""

    wall_seconds: float = 18.0
    cpu_seconds: int = 18
    memory_mb: int = 800
    answer_mb: int = 24
    threads: bool = False  # of one that lives long and answers many times; a parse needs none
    minimum: str = "rlimits"  # the weakest of `LEVELS` behind which anything is read


class TooWeak(Exception):
    """The walls that stand are not enough; nothing may be read behind them."""


def enter(limits: Limits) -> list[str]:
    """Wall this process in for good; gives the names of the walls that stand, raises `TooWeak`."""
    walls, readable = ["rlimits"], readable_paths()  # looked up while we still may look
    _limit(limits)
    if _drop_root():
        walls.append("nobody")
    # The kernel means the parent's thread, which may end long before the parent does.
    if not limits.threads and syscalls.die_with_parent():
        walls.append("parent-death")
    if syscalls.no_new_privileges():
        walls.append("no-new-privs")
        if abi := syscalls.landlock(readable):
            walls.append(f"landlock-{abi}")
        if syscalls.seccomp():
            walls.append("seccomp")
    if LEVELS.index(level_of(walls)) < LEVELS.index(limits.minimum):
        raise TooWeak(f"{level_of(walls)} instead of {limits.minimum}")
    return walls


def level_of(walls: Iterable[str]) -> str:
    """What these walls amount to, as one of `LEVELS`."""
    names = {wall.partition("-")[0] for wall in walls}
    if "seccomp" not in names:  # without it the network is open, whatever Landlock does for files
        return "rlimits"
    return "landlock" if "landlock" in names else "seccomp"


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
    processes = resource.RLIMIT_NPROC, 0  # threads are counted as well
    for name, value in (cores, memory, processor, files, handles, *([] if limits.threads else [processes])):
        _lower(name, value)


def _lower(name: int, value: int) -> None:
    """Set a limit for good; raises `OSError` on Linux, where all of them can be set."""
    try:
        resource.setrlimit(name, (value, value))
    except (ValueError, OSError):
        if sys.platform.startswith("linux"):
            raise


def _drop_root() -> bool:
    if os.geteuid() != 0:
        return False
    try:
        os.setgroups([])
        os.setgid(NOBODY)  # as root these set the saved ids as well
        os.setuid(NOBODY)
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
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    os.closerange(low, min(most, MOST_HANDLES) if most > 0 else MOST_HANDLES)


def default_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    ctypes.CDLL(None)  # loaded before the walls stand
