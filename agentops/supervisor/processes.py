"""One child process: started so that it dies with us, restarted with back-off, stopped with patience."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
FIRST_WAIT, LONGEST_WAIT, CALM = 0.25, 30.0, 60.0
LARGE = 10_000_000  # bytes; a log that is larger at the start is put aside
_prctl = getattr(ctypes.CDLL(None), "prctl", None)  # Linux only; found before any fork


def die_with_parent(signum: int) -> None:
    """In a new child: ask the kernel to send this signal when the parent is gone."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)


@dataclass
class Child:
    """One part of the product as a foreground process."""

    name: str
    command: list[str]
    stop: str = "SIGTERM"
    patience: float = 10.0
    environment: dict[str, str] = field(default_factory=dict)
    popen: dict[str, Any] = field(default_factory=dict)
    log: Path | None = None
    cwd: Path | None = None
    once: bool = False  # it does one thing and ends; it is not started again
    process: subprocess.Popen[bytes] | None = None
    wait: float = FIRST_WAIT
    started: float = 0.0
    due: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it; call from the main thread only (the death signal follows the thread that forked)."""
        us, signum = os.getpid(), signal.Signals[self.stop]

        def in_child() -> None:
            die_with_parent(signum)
            if os.getppid() != us:  # we died before the kernel was asked
                os._exit(1)

        with self._output() as out:
            self.process = subprocess.Popen(  # noqa: S603
                self.command,
                env=self.environment,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop the parts in order
                preexec_fn=in_child,
                **self.popen,
            )
        self.started, self.due = time.monotonic(), 0.0

    def tend(self, say: Callable[[str], None]) -> None:
        """Start it again if it died, after a wait that grows while it keeps dying."""
        now = time.monotonic()
        if self.alive:
            if now - self.started > CALM:
                self.wait = FIRST_WAIT
        elif self.once:
            self._say_once(say)
        elif not self.due:
            said = f", see {self.log}" if self.log else ""
            say(f"{self.name} ended ({self.ending}); starting it again in {self.wait:g} s{said}")
            self.due, self.wait = now + self.wait, min(self.wait * 2, LONGEST_WAIT)
        elif now >= self.due:
            self.start()

    def _say_once(self, say: Callable[[str], None]) -> None:
        if not self.due and self.process is not None and self.process.returncode:
            say(f"{self.name} failed ({self.ending})")
        self.due = time.monotonic()

    def ask_to_stop(self) -> None:
        """Send the stop signal, and do not wait."""
        if self.process is not None and self.alive:
            self.process.send_signal(signal.Signals[self.stop])

    def see_off(self) -> None:
        """Wait until it has stopped; what is left of its group after its patience is killed."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def ending(self) -> str:
        """How the last process ended."""
        code = self.process.returncode if self.process else None
        if code is None:
            return "never started"
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _output(self) -> Any:
        if self.log is None:
            return contextlib.nullcontext()
        if self.log.exists() and self.log.stat().st_size > LARGE:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log.open("ab")
