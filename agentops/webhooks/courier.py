"""The courier: writes down what happened as messages, and sends what is due. At least once, never in the ticker's way.

The ticker wakes it every second; it works in a thread of its own, so a receiver that dawdles delays no sweep. A
delivery is sent under a lease: a courier that dies leaves it to the next one, which sends the same bytes under the
same `webhook-id`, by which a receiver knows a twin. Several couriers share the work by row locks.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from agentops.core.clock import db_now
from agentops.webhooks.messages import Message
from agentops.webhooks.models import Delivery, DeliveryStatus, Endpoint, Happening
from agentops.webhooks.sending import TIMEOUT, send
from runs.points import durable

log = logging.getLogger(__name__)
AT_ONCE = 8
LEASE = TIMEOUT + timedelta(seconds=45)
_thread: threading.Thread | None = None
_start = threading.Lock()


def wake() -> bool:
    """Start the courier's thread if there is something to do and none is at it; returns whether there was."""
    global _thread
    if not (unwritten().exists() or due().exists()):
        return False
    with _start:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_work, name="courier", daemon=True)
            _thread.start()
    return True


def deliver() -> int:
    """Write and send whatever is due now; returns the number of requests made."""
    write_messages()
    sent = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        while claimed := _claim():
            sent += len(claimed)
            list(pool.map(_send, claimed))
    return sent


def write_messages() -> int:
    """Turn what happened into messages and one delivery per endpoint that wants it."""
    written = 0
    while True:
        with durable("webhook.write"):
            happenings = list(unwritten().select_for_update(skip_locked=True).order_by("at")[:100])
            endpoints = list(Endpoint.objects.filter(active=True))
            for happening in happenings:
                _write(happening, endpoints)
        written += len(happenings)
        if len(happenings) < 100:
            return written


def unwritten() -> QuerySet[Happening]:
    """What has not become a message yet."""
    return Happening.objects.filter(body=None)


def due() -> QuerySet[Delivery]:
    """What is to be sent now and nobody is sending, to endpoints that are not off."""
    free = Q(lease_until=None) | Q(lease_until__lte=Now())
    on = Endpoint.objects.filter(pk=OuterRef("endpoint_id"), active=True)
    return Delivery.objects.filter(free, Exists(on), status=DeliveryStatus.PENDING, due_at__lte=Now())


def _work() -> None:
    try:
        deliver()
    except DatabaseError as error:
        log.warning("webhook.database_away", extra={"error": type(error).__name__})
    except Exception:
        log.exception("webhook.courier_failed")
    finally:
        connection.close()


def _write(happening: Happening, endpoints: list[Endpoint]) -> None:
    message = Message(happening)
    Happening.objects.filter(pk=happening.pk).update(body=message.body)
    Delivery.objects.bulk_create(
        Delivery(happening=happening, endpoint=endpoint, due_at=db_now())
        for endpoint in endpoints
        if happening.type in endpoint.types and endpoint.desk_id in (None, message.desk)
    )


def _claim() -> list[Delivery]:
    with durable("webhook.claim"):
        claimed = list(due().select_for_update(skip_locked=True, of=("self",)).order_by("due_at")[:AT_ONCE])
        Delivery.objects.filter(pk__in=[one.pk for one in claimed]).update(lease_until=Now() + LEASE)
    return list(Delivery.objects.filter(pk__in=[one.pk for one in claimed]).select_related("happening", "endpoint"))


def _send(delivery: Delivery) -> None:
    try:
        send(delivery)
    finally:
        connection.close()
