"""What the ticker calls."""

from __future__ import annotations

import logging
import threading

from django.db import connection

from agentops.core.clock import db_now

from .models import Correction
from .models.lessons import CorrectionStatus
from .services import learn_from_corrections, put_in_force

log = logging.getLogger(__name__)
_learning = threading.Lock()


def put_accounts_in_force() -> int:
    """Write the vendors' accounts that have cooled into the master; returns how many."""
    return put_in_force(now=db_now())


def learn_aside() -> bool:
    """Begin to learn from corrections that wait, in a thread of its own: documents are read, and the ticker must not
    wait for that. False when there is nothing to learn, or it is being done."""
    if not Correction.objects.filter(status=CorrectionStatus.PENDING).exists() or not _learning.acquire(blocking=False):
        return False
    threading.Thread(target=_learn, name="learning", daemon=True).start()
    return True


def _learn() -> None:
    try:
        learn_from_corrections(now=db_now())
    except Exception:
        log.exception("ticker.learning_failed")
    finally:
        connection.close()
        _learning.release()
