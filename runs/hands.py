"""The threads of a worker: whoever was busy last is given the next run, for its connection is warm.

Each thread has a connection, and each connection a server process with plans and caches of its own. A pool that takes
turns finds them cold whenever there is little to do, which is when somebody waits for a single run.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

Work = Callable[[], None]
log = logging.getLogger(__name__)


class Hands:
    """At most `most` threads, made as they are needed. Without `close` they end with the process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._threads: list[threading.Thread] = []
        self._idle: list[SimpleQueue[Work | None]] = []  # the last of them was busy last
        self._waiting: deque[Work] = deque()
        self._lock = threading.Lock()

    def give(self, work: Work) -> None:
        """Have it done by the hand that was busy last, by a new one, or by whichever is free next."""
        with self._lock:
            if self._idle:
                hand = self._idle.pop()
            elif len(self._threads) < self.most:
                hand, name = SimpleQueue(), f"run_{len(self._threads)}"
                self._threads.append(threading.Thread(target=self._serve, args=(hand,), name=name, daemon=True))
                self._threads[-1].start()
            else:
                self._waiting.append(work)
                return
        hand.put(work)

    def finish(self) -> None:
        """Wait until nothing is in hand."""
        while len(self._idle) < len(self._threads):
            time.sleep(0.01)

    def close(self) -> None:
        """Wait until nothing is in hand, and end the threads; nothing can be given any more."""
        self.finish()
        for hand in self._idle:
            hand.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, hand: SimpleQueue[Work | None]) -> None:
        while (work := hand.get()) is not None:
            while work is not None:
                try:
                    work()
                except BaseException:  # a library's SystemExit too: a hand that ended is never counted as idle again
                    log.exception("hands.work_failed")
                with self._lock:
                    work = self._waiting.popleft() if self._waiting else None
                    if work is None:
                        self._idle.append(hand)
