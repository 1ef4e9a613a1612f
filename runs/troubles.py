"""What becomes of a run when something in carrying it fails: it waits, or a person sees it, or its lease lapses.

Whatever failed was rolled back, but the run in memory may be ahead of its row: it is read again first, so that no
checkpoint passes over what was not done.
"""

from __future__ import annotations

import logging

from django.db import Error as DatabaseError
from django.db import connection

from runs import parking
from runs.checkpoints import Boundary
from runs.leased import LeasedRun
from tools_registry.calling import told
from tools_registry.database_errors import Meaning, meaning_of, sentence_of
from tools_registry.facts import Reason

log = logging.getLogger(__name__)


def database_failed(run: LeasedRun, error: DatabaseError) -> None:
    """A deadlock is tried again, what the database never takes is for a person. Raises `LeaseLost`.

    Where the connection went nobody knows whether it committed: nothing is assumed, the lease lapses, and whoever
    claims the run next reads what happened.
    """
    meaning = meaning_of(error)
    if meaning is Meaning.UNKNOWN:
        log.error("run.database_error", exc_info=error, extra={"run": str(run.id), "epoch": run.epoch})
        connection.close()
        return
    log.warning("run.database_refused", exc_info=error, extra={"run": str(run.id), "epoch": run.epoch})
    run.read_again()
    sentence = told(f"The database refused: {sentence_of(error)}")
    if meaning is Meaning.LATER:
        parking.later(run, Boundary(), seconds=parking.backoff(1), why=sentence, code="database_busy")
    else:
        parking.stuck(run, Reason("database_refused", sentence))


def code_failed(run: LeasedRun, code: str, sentence: str) -> None:
    """A defect in an agent's or a tool's code is for a person to see. Raises `LeaseLost`."""
    run.read_again()
    parking.stuck(run, Reason(code, told(sentence)))
