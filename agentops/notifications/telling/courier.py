"""The courier: spreads what happened, then sends what is due. At least once, never in the ticker's way.

The ticker wakes it every second; it works in a thread of its own, so a mail server that dawdles delays no sweep. What
is sent is under a lease: a courier that dies leaves it to the next one, which sends the same under the same
`Message-ID`. Several couriers share the work by row locks.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import groupby

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from agentops.core.clock import database_time
from agentops.notifications.models import Channel, Delivery, DeliveryStatus
from agentops.notifications.telling.recording import TIMEOUT
from agentops.notifications.telling.sending import send
from agentops.notifications.telling.spreading import spread, unspread
from runs.points import durable

log = logging.getLogger(__name__)
AT_ONCE = 8  # mails and requests under way
CLAIMED = 40  # deliveries taken in one go
LEASE = TIMEOUT * (CLAIMED // AT_ONCE + 1) + timedelta(seconds=45)
_thread: threading.Thread | None = None
_start = threading.Lock()


def wake() -> bool:
    """Start the courier's thread if there is something to do and none is at it; returns whether there was."""
    global _thread
    if not (unspread().exists() or due().exists()):
        return False
    with _start:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_work, name="news courier", daemon=True)
            _thread.start()
    return True


def deliver() -> int:
    """Spread what happened and send what is due now; returns the number of mails and messages made."""
    spread()
    sent = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="news") as pool:
        while claimed := _claim():
            sent += len(claimed)
            list(pool.map(_send, claimed))
    return sent


def due() -> QuerySet[Delivery]:
    """What is to be sent now and nobody is sending, without what goes to channels that are off."""
    now = database_time()
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    on = Channel.objects.filter(pk=OuterRef("channel_id"), active=True)
    return Delivery.objects.filter(
        free, Q(channel=None) | Exists(on), status=DeliveryStatus.PENDING, due_at__lte=now
    )  # fmt: skip


def _work() -> None:
    try:
        deliver()
    except DatabaseError as error:
        log.warning("news.database_away", extra={"error": type(error).__name__})
    except Exception:
        log.exception("news.courier_failed")
    finally:
        connection.close()


def _claim() -> list[list[Delivery]]:
    """What goes together: each thing alone, but a digest with whatever else is due to the same person."""
    with durable("news.claim"):
        taken = {one.pk for one in due().select_for_update(skip_locked=True, of=("self",)).order_by("due_at")[:CLAIMED]}
        readers = Delivery.objects.filter(pk__in=taken, digest=True).values("person")
        more = due().filter(digest=True, person__in=readers).select_for_update(skip_locked=True, of=("self",))
        taken |= {one.pk for one in more}
        Delivery.objects.filter(pk__in=taken).update(lease_until=database_time() + LEASE)
    rows = Delivery.objects.filter(pk__in=taken).select_related("news", "person", "channel").order_by("pk")
    alone = [[one] for one in rows if not one.digest]
    digests = sorted((one for one in rows if one.digest), key=lambda one: (str(one.person_id), one.pk))
    return alone + [list(group) for _, group in groupby(digests, key=lambda one: one.person_id)]


def _send(together: list[Delivery]) -> None:
    try:
        send(together)
    finally:
        connection.close()
