"""`Prefer: wait=N`: a moment's patience for a result, by few threads at a time, without a transaction.

Each look is one narrow query that leaves nothing open, and looks grow rarer. At most half the threads of a process
wait; whoever comes above that is answered at once, so that pages stay quick however many clients wait.
"""

from __future__ import annotations

import re
import threading
import time
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from reviews.queries.outcome import is_settled

LONGEST = 30
FIRST_LOOK, LAST_LOOK, RARER = 0.02, 0.5, 1.5  # seconds, seconds, times
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?=$|[,;])", re.IGNORECASE)
_places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))


def wished(request: HttpRequest) -> int:
    """The seconds a client would wait, at most `LONGEST`; 0 if it said nothing of it."""
    found = _WAIT.search(request.headers.get("Prefer", "")[:500])
    return min(LONGEST, int(found[1])) if found else 0


def until_settled(run_id: UUID, seconds: int) -> bool:
    """Whether the run had a result in time; False at once where too many wait already."""
    if seconds <= 0 or not _places.acquire(blocking=False):
        return False
    try:
        return _look(run_id, time.monotonic() + seconds)
    finally:
        _places.release()


def applied(seconds: int) -> str:
    """What `Preference-Applied` says."""
    return f"wait={seconds}"


def _look(run_id: UUID, deadline: float) -> bool:
    pause = FIRST_LOOK
    while not is_settled(run_id):
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(LAST_LOOK, pause * RARER)
    return True
