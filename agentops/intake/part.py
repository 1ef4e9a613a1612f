"""The part that looks: mailboxes and watched folders, each in a thread of its own, so that none waits for another.

It runs in a process of its own (`manage.py ways`), which the ticker starts when there is something to look at: a mail
server that hangs and a document that takes long to be admitted cost the ticker's sweeps nothing. Two such processes
do no harm: whoever looks pushes `due_at` ahead first, and every step of a look may be repeated.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from agentops.core.clock import db_now
from agentops.intake.lifecycle import MailStatus
from agentops.intake.mail import polling
from agentops.intake.mail.server import MailboxAway
from agentops.intake.mail.working import work_through
from agentops.intake.models import Mail, Mailbox, Watch
from agentops.intake.watches import looking
from agentops.intake.watches.folder import FolderAway
from runs.points import single

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)  # after which a look that never came back is done again
LONGEST_WAIT = timedelta(minutes=15)  # between looks that fail
AT_ONCE = 8
LOOK_EVERY = 1.0
Look = Callable[[], object]


def run_ways(stop: threading.Event, alone: Callable[[], bool] = lambda: False) -> None:
    """Look at what is due until told to stop, until there is nothing to look at, or until `alone` says so."""
    threads: list[threading.Thread] = []
    while not stop.is_set() and not alone():
        threads = [thread for thread in threads if thread.is_alive()]
        try:
            for look in claim(AT_ONCE - len(threads)):
                threads.append(threading.Thread(target=_in_thread, args=(look,), daemon=True))
                threads[-1].start()
            finish_what_was_left()
            if not threads and not anything_to_look_at():
                return
        except (DatabaseError, OSError) as error:
            log.warning("ways.database_away", extra={"error": type(error).__name__})
            close_old_connections()
        stop.wait(LOOK_EVERY)


def anything_to_look_at() -> bool:
    """Whether a mailbox or a watched folder is open at all, or a mail was left half done."""
    ways = Mailbox.objects.filter(active=True).exists() or Watch.objects.filter(active=True).exists()
    return ways or _left().exists()


def finish_what_was_left() -> int:
    """Work through the mails of nobody's next look: given as a file, or of a paused mailbox, by one that died."""
    left = list(_left()[:10])
    for mail in left:
        work_through(mail, now=timezone.now())
    return len(left)


def _left() -> QuerySet[Mail]:
    nobodys = Q(mailbox=None) | Q(mailbox__active=False)
    return Mail.objects.filter(nobodys, status=MailStatus.STORED, at__lt=timezone.now() - LEASE).order_by("at")


def claim(most: int) -> Iterator[Look]:
    """The looks that are due, each to be made by whoever takes it from here; nobody else gets it for a while."""
    now = db_now()
    for model, look in ((Mailbox, look_into_mailbox), (Watch, look_into_folder)):
        due = model.objects.filter(active=True, due_at__lte=now).order_by("due_at").values_list("pk", flat=True)
        for pk in list(due[: max(0, most)]):
            with single("ways.claim"):
                ours = model.objects.filter(pk=pk, active=True, due_at__lte=now).update(due_at=now + LEASE)
            if ours:
                most -= 1
                yield _bound(look, pk)


def look_into_mailbox(pk: UUID) -> None:
    """One look, and what it found in the row; raises only what the database raises."""
    mailbox = Mailbox.objects.select_related("requester").get(pk=pk)
    _noted(mailbox, lambda: polling.look(mailbox, timezone.now()), MailboxAway)


def look_into_folder(pk: UUID) -> None:
    """One look, and what it found in the row; raises only what the database raises."""
    watch = Watch.objects.select_related("requester").get(pk=pk)
    _noted(watch, lambda: looking.look(watch, timezone.now()), FolderAway)


def _noted(way: Mailbox | Watch, look: Callable[[], tuple[bool, str]], away: type[Exception]) -> None:
    try:
        more, warning = look()
    except away as error:
        _failed(way, str(error))
    except (DatabaseError, OSError) as error:
        log.exception("ways.look_failed", extra={"way": str(way.pk)})
        _failed(way, f"The database or the disk did not do its part ({type(error).__name__}); it is tried again.")
    except Exception as error:
        log.exception("ways.look_failed", extra={"way": str(way.pk)})
        _failed(way, f"This program failed ({type(error).__name__}); its log says more. It is tried again.")
    else:
        now = db_now()
        due = now if more else now + timedelta(seconds=way.every_seconds)
        changed = {"due_at": due, "looked_at": now, "fine_at": now, "error": warning[:500], "failures": 0}
        with single("ways.looked"):
            type(way)._default_manager.filter(pk=way.pk).update(**changed)


def _failed(way: Mailbox | Watch, said: str) -> None:
    now, failures = db_now(), way.failures + 1
    wait = min(timedelta(seconds=way.every_seconds * 2 ** min(failures - 1, 6)), LONGEST_WAIT)
    wait = max(wait, timedelta(seconds=way.every_seconds))
    changed = {"due_at": now + wait, "looked_at": now, "error": said[:500], "failures": failures}
    with single("ways.failed"):
        type(way)._default_manager.filter(pk=way.pk).update(**changed)


def _bound(look: Callable[[UUID], None], pk: UUID) -> Look:
    return lambda: look(pk)


def _in_thread(look: Look) -> None:
    try:
        look()
    except DatabaseError as error:
        log.warning("ways.database_away", extra={"error": type(error).__name__})
    finally:
        connection.close()
