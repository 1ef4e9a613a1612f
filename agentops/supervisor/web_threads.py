"""gunicorn's threads, of which the one that was busy last gets the next request: its connection to the database is
warm, and what it asks has been planned already."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from runs.hands import Hands


class LastBusyFirst(Executor):
    """At most `most` threads; see `runs.hands`."""

    def __init__(self, most: int) -> None:
        self._hands = Hands(most)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have it called; what it answers or raises is in the future."""
        future: Future[Any] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                answer = fn(*args, **kwargs)
            except BaseException as error:  # also what ends a process: gunicorn asks the future
                future.set_exception(error)
            else:
                future.set_result(answer)

        self._hands.give(work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what is in hand, if asked to. The threads end with the process."""
        if wait:
            self._hands.finish()


class WarmThreads(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A web process whose threads do not take turns."""

    def get_thread_pool(self) -> Executor:
        """As gunicorn asks for it."""
        return LastBusyFirst(self.cfg.threads)
