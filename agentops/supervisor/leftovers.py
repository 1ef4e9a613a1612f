"""What an unclean end left behind: parts that are still stopping, a PID file whose number a stranger has by now."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PATIENCE = 60.0  # an orphan was told to stop when its parent died; it is given this long
STOPPING = 45.0  # seconds a part may need to stop; a worker finishes the step in hand


class StillRunning(RuntimeError):
    """A server of ours from before does not stop."""


def note_parts(file: Path, parts: Iterable[int]) -> None:
    """Write down which processes are ours; each leads a group that holds what it started itself."""
    lines = [f"{pid} {born}\n" for pid in parts if (born := _born(pid))]
    draft = file.with_name(f".{file.name}.new")
    draft.write_text("".join(lines))
    draft.replace(file)


def wait_for_parts(file: Path, say: Callable[[str], None]) -> None:
    """Let the parts of an earlier run finish: they were told to when their parent died. What does not is killed."""
    groups = _noted(file)
    deadline = time.monotonic() + STOPPING
    told = False
    while alive := [group for group in groups if _lives(group)]:
        if not told:
            say("waiting for the parts of an earlier run to stop")
            told = True
        if time.monotonic() > deadline:
            for group in alive:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, signal.SIGKILL)
            deadline += STOPPING
        time.sleep(0.05)
    file.unlink(missing_ok=True)


def clear_postgres(data: Path, say: Callable[[str], None]) -> None:
    """Remove a `postmaster.pid` that no living server of this folder stands behind; raises `StillRunning`.

    Call it under the lock of the data folder. A process that is not PostgreSQL on this folder is left alone.
    """
    file = data / "postmaster.pid"
    pid = _pid(file)
    if pid is None:
        return
    if not _is_postgres_of(pid, data):
        file.unlink(missing_ok=True)
        return
    say("waiting for the PostgreSQL of an earlier run to stop")
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + PATIENCE
    while _is_postgres_of(pid, data):
        if time.monotonic() > deadline:
            raise StillRunning(f"PostgreSQL of an earlier run (process {pid}) does not stop: end it, then start again.")
        time.sleep(0.1)


def _noted(file: Path) -> list[int]:
    """Groups whose leader is the process that was written down, or gone while others of the group are left."""
    try:
        pairs = [line.split() for line in file.read_text().splitlines()]
    except OSError:
        return []
    return [int(pid) for pid, born in pairs if _born(int(pid)) in (born, "")]


def _lives(group: int) -> bool:
    """Whether a process of this group runs; one that nobody buried does not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(stat)
        if fields and int(fields[2]) == group and fields[0] not in "ZX":
            return True
    return False


def _born(pid: int) -> str:
    """When a process began, which tells it from a later one with its number; empty if there is none."""
    fields = _fields(Path(f"/proc/{pid}/stat"))
    return fields[19] if fields else ""


def _fields(stat: Path) -> list[str]:
    """The fields after the name (state, parent, group, ...), or none."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pid(file: Path) -> int | None:
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _is_postgres_of(pid: int, data: Path) -> bool:
    """Whether that process is a postmaster that works in this folder."""
    proc = Path("/proc") / str(pid)
    try:
        command = (proc / "cmdline").read_bytes().split(b"\0")
        return b"postgres" in os.path.basename(command[0]) and os.path.samefile(proc / "cwd", data)
    except OSError:
        return False
