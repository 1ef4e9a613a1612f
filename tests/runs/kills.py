"""A real kill -9 at a named point: the work is done in a process that dies there, and the rows are left."""

import os
import signal
from collections.abc import Callable

from django.db import connection

from runs import points


def killed_at(point: str, work: Callable[[], object]) -> bool:
    """Whether `work` reached the point and died there. The child has a connection of its own, as a worker has."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            points._faults = {point: ("kill", 1)}
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
