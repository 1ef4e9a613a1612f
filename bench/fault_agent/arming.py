"""Arms one process: at which named point, in which run, it is killed, stopped or put to sleep; and notes that it was.

`runs.points` asks its table of faults at each point. In a process forked for the fault tests that table is this
one, which also knows the class of the run that is being carried in this thread.
"""

import json
import os
import random
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Any

_here = threading.local()


@dataclass
class Arms:
    """Stands in for the table of `AGENTOPS_FAULT`.

    `points` (None: any) and `kind` (None: any class) say where, `after` how often it passes first, `chance` with
    which probability it fires there, `does` what: `kill`, `stop`, or seconds to sleep. It fires once.

    With `pairs` (point and class) it fires at the first of them that nobody has fired at before: `folder` holds a
    file for each that was, so that many processes go through a whole list together, each dying at its own.
    """

    points: frozenset[str] | None
    kind: str | None = None
    does: str = "kill"
    after: int = 0
    chance: float = 1.0
    seed: int = 0
    notes: str = ""
    pairs: frozenset[str] = frozenset()
    folder: str = ""
    fired: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def __bool__(self) -> bool:
        return not self.fired

    def get(self, name: str) -> None:
        """A point is reached; whatever is to happen happens here."""
        if self.points is not None and name not in self.points:
            return
        kind = getattr(_here, "kind", None)
        if self.pairs:
            pair = next((pair for pair in (f"{name}@{kind}", f"{name}@") if pair in self.pairs), None)
            if pair is None or self.fired or not self._is_first(pair):
                return
        if self.kind is not None and kind != self.kind:
            return
        with self.lock:
            if self.fired or self.random.random() >= self.chance:
                return
            if self.after > 0:
                self.after -= 1
                return
            self.fired = True
        self._note(name, kind)
        if self.does == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.does == "stop":
            # To this very thread: sent to the process, another one may take it, and this one runs on for a moment.
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
        else:
            time.sleep(float(self.does))

    def _is_first(self, pair: str) -> bool:
        try:
            os.close(os.open(os.path.join(self.folder, pair), os.O_CREAT | os.O_EXCL))
            return True
        except FileExistsError:
            return False

    def _note(self, name: str, kind: str | None) -> None:
        told = {"point": name, "class": kind, "run": getattr(_here, "run", None), "does": self.does, "pid": os.getpid()}
        handle = os.open(self.notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(handle, (json.dumps({**told, "at": time.time()}) + "\n").encode())
        os.close(handle)


def arm(asked: dict[str, Any], notes: str) -> None:
    """Arm this process."""
    from runs import drain, points

    where = asked.get("points")
    points._faults = Arms(  # type: ignore[assignment]
        frozenset(where) if where else None,
        asked.get("kind"),
        asked.get("does", "kill"),
        asked.get("after", 0),
        asked.get("chance", 1.0),
        asked.get("seed", 0),
        notes,
        frozenset(asked.get("pairs") or ()),
        asked.get("folder", ""),
    )
    advance = drain.advance

    def advance_known(run: Any, stop: Any) -> None:
        _here.kind, _here.run = run.input.get("class"), str(run.id)
        advance(run, stop)

    drain.advance = advance_known
