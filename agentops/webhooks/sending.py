"""One attempt at one delivery, and what follows from how it went.

Any 2xx is delivered. 410 says that nobody wants it any more: the endpoint is switched off. Everything else is tried
again on the specification's schedule, later if the receiver asks for later, and after five days of nothing but
failures the endpoint is switched off and says so.
"""

from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.clock import db_now
from agentops.core.sealed import SealBroken
from agentops.webhooks.kinds import GIVES_UP_AFTER, WAITS
from agentops.webhooks.models import Attempt, Delivery, DeliveryStatus, Endpoint
from agentops.webhooks.places import client
from agentops.webhooks.services.recording import STREAM
from runs.points import durable, point
from tools_registry.http.retry_after import seconds_of
from tools_registry.results import ToolFailed, ToolRefused

log = logging.getLogger(__name__)
TIMEOUT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=24)
COURIER = Actor.system("courier")
SHOWN = 500  # characters of an answer that are kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one request went."""

    status: int | None = None
    error: str = ""
    answer: str = ""
    wait: float | None = None  # seconds the receiver asked for

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def told(self) -> str:
        return self.error or f"answered {self.status}"


def send(delivery: Delivery) -> Outcome:
    """Send it once and record how that went."""
    at, started = db_now().astimezone(UTC), time.monotonic()  # the library signs the clock's face, so it must be UTC
    point("webhook.call")
    outcome = _request(delivery, at)
    point("webhook.called")
    _record(delivery, outcome, at, int((time.monotonic() - started) * 1000))
    return outcome


def headers_for(delivery: Delivery, at: datetime) -> dict[str, str]:
    """Id, time and one signature per secret that counts; raises `SealBroken`."""
    key, body = f"msg_{delivery.happening_id}", delivery.happening.body or ""
    signatures = [Webhook(secret).sign(key, at, body) for secret in delivery.endpoint.secrets()]
    return {
        "content-type": "application/json",
        "user-agent": "agentops",
        "connection": "close",
        "accept-encoding": "identity",
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _request(delivery: Delivery, at: datetime) -> Outcome:
    try:
        answer = client().request(
            "POST",
            delivery.endpoint.url,
            headers=headers_for(delivery, at),
            content=(delivery.happening.body or "").encode(),
            deadline=time.monotonic() + TIMEOUT.total_seconds(),
        )
    except (ToolFailed, ToolRefused, SealBroken) as error:
        return Outcome(error=str(error)[:200])
    except Exception as error:
        # Whatever it is, it is an attempt that failed: unrecorded it would be made for ever, and nobody would see it.
        log.exception("webhook.not_sent", extra={"delivery": str(delivery.pk)})
        return Outcome(error=f"This program could not send it ({type(error).__name__}); its log says more.")
    wait = seconds_of(answer.headers.get("retry-after", "")) if answer.status in (429, 503) else None
    return Outcome(answer.status, answer=answer.text.replace("\x00", "")[:SHOWN], wait=wait)


@durable("webhook.record")
def _record(delivery: Delivery, outcome: Outcome, at: datetime, milliseconds: int) -> None:
    endpoint = Endpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    delivery.tries += 1
    delivery.lease_until, delivery.told = None, outcome.told[:200]
    Attempt.objects.create(
        delivery=delivery,
        number=delivery.tries,
        at=at,
        milliseconds=milliseconds,
        status=outcome.status,
        error=outcome.error,
        answer=outcome.answer,
    )
    if outcome.is_delivered:
        delivery.status, endpoint.failing_since = DeliveryStatus.DELIVERED, None
    else:
        _failed(delivery, endpoint, outcome, at)
    delivery.save(update_fields=["tries", "lease_until", "told", "status", "due_at"])
    endpoint.save(update_fields=["failing_since", "active", "why_off"])


def _failed(delivery: Delivery, endpoint: Endpoint, outcome: Outcome, at: datetime) -> None:
    endpoint.failing_since = endpoint.failing_since or at
    if outcome.status == 410:
        _switch_off(endpoint, "It answered 410: nobody wants this any more.")
        delivery.status = DeliveryStatus.FAILED
    elif delivery.tries > len(WAITS):
        delivery.status = DeliveryStatus.FAILED
    else:
        delivery.due_at = at + _wait(delivery.tries, outcome.wait)
    if endpoint.active and at - endpoint.failing_since > GIVES_UP_AFTER:
        _switch_off(endpoint, f"Nothing could be delivered since {endpoint.failing_since:%d %b %Y %H:%M} UTC.")


def _wait(tries: int, asked: float | None) -> timedelta:
    usual = WAITS[tries - 1] * random.uniform(1.0, 1.2)  # noqa: S311 - spreads load, guards nothing
    return min(max(usual, timedelta(seconds=asked or 0)), LONGEST_WAIT)


def _switch_off(endpoint: Endpoint, why: str) -> None:
    if not endpoint.active:
        return
    endpoint.active, endpoint.why_off = False, why
    append(STREAM, Event(action="webhook.endpoint_off", actor=COURIER, object=("endpoint", str(endpoint.id), None)))
