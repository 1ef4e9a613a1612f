"""One attempt: whether it still concerns them, the mail or the message, and what became of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from smtplib import SMTPException
from uuid import UUID

import orjson
from django.core.mail import EmailMessage

from agentops.core.clock import db_now
from agentops.core.models import User
from agentops.core.sealed import SealBroken
from agentops.notifications.concerns import About, Concerned, concerned, load
from agentops.notifications.kinds import KINDS, OPENED, Event, Kind
from agentops.notifications.models import Channel, Delivery, Item
from agentops.notifications.telling.lines import Line, line_of
from agentops.notifications.telling.mails import digest_of, mail_about
from agentops.notifications.telling.recording import TIMEOUT, Outcome, drop, record
from agentops.notifications.telling.shapes import body_of
from agentops.notifications.telling.spreading import may_stand_in
from runs.points import point
from tools_registry.http.outside import outside_client
from tools_registry.http.retry_after import seconds_of
from tools_registry.results import ToolFailed, ToolRefused

log = logging.getLogger(__name__)
SHOWN = 500  # characters of an answer that are kept
HEADERS = {
    "content-type": "application/json",
    "user-agent": "agentops",
    "connection": "close",
    "accept-encoding": "identity",
}


def send(together: Sequence[Delivery]) -> None:
    """Tell what still concerns its person or channel, and record how that went; the rest is dropped with the reason."""
    found = load([one.news for one in together])
    told = [one for one in together if _still_concerns(one, found[one.news_id])]
    if gone := [one for one in together if one not in told]:
        drop(gone, "Not told: it was settled by then, or is no longer theirs to see.")
    if not told:
        return
    lines = [(line_of(found[one.news_id], _kind(one)), _kind(one)) for one in told]
    at, started = db_now(), time.monotonic()
    point("news.call")
    first = told[0]
    outcome = _post(first.channel, lines[0][0]) if first.channel else _write(told, lines)
    point("news.called")
    record(told, outcome, at, int((time.monotonic() - started) * 1000))


def _still_concerns(delivery: Delivery, about: About) -> bool:
    if about.news.event == Event.TEST:
        return True
    found = concerned(about)
    if delivery.channel is not None:
        return bool({kind.code for kind in found.of_desk} & set(delivery.channel.kinds))
    person = delivery.person
    return person is not None and (person.pk in found.people or _stands_in(person, delivery, found))


def _stands_in(person: User, delivery: Delivery, found: Concerned) -> bool:
    absent = _absent(delivery)
    return absent is not None and absent.pk in found.people and may_stand_in(person, found)


def _absent(delivery: Delivery) -> User | None:
    item = Item.objects.filter(news=delivery.news_id, person=delivery.person_id).select_related("absent").first()
    return item.absent if item else None


def _write(told: Sequence[Delivery], lines: Sequence[tuple[Line, Kind]]) -> Outcome:
    first = told[0]
    assert first.person is not None  # noqa: S101 - a constraint holds it
    key = f"news-{first.pk}"
    if first.digest:
        return _mail(digest_of(lines, to=first.person, key=key), first.pk)
    absent = _absent(first)
    return _mail(mail_about(*lines[0], to=first.person, key=key, absent=absent.name if absent else ""), first.pk)


def _mail(mail: EmailMessage, delivery: UUID) -> Outcome:
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        return Outcome(error=f"The mail server did not take it ({type(error).__name__}: {error})"[:200], is_mail=True)
    except Exception as error:
        return _unexpected(error, delivery, is_mail=True)
    return Outcome(is_mail=True)


def _post(channel: Channel, told: Line) -> Outcome:
    try:
        answer = outside_client().request(
            "POST",
            channel.url,
            headers=HEADERS,
            content=orjson.dumps(body_of(channel.shape, told, shows_amount=channel.shows_amount)),
            deadline=time.monotonic() + TIMEOUT.total_seconds(),
        )
    except (ToolFailed, ToolRefused, SealBroken) as error:
        return Outcome(error=str(error)[:200])
    except Exception as error:
        return _unexpected(error, channel.pk, is_mail=False)
    wait = seconds_of(answer.headers.get("retry-after", "")) if answer.status in (429, 503) else None
    return Outcome(answer.status, answer=answer.text.replace("\x00", "")[:SHOWN], wait=wait)


def _unexpected(error: Exception, key: UUID, *, is_mail: bool) -> Outcome:
    # Whatever it is, it is an attempt that failed: unrecorded it would be made for ever, and nobody would see it.
    log.exception("news.not_sent", extra={"key": str(key)})
    return Outcome(
        error=f"This program could not send it ({type(error).__name__}); its log says more.", is_mail=is_mail
    )


def _kind(delivery: Delivery) -> Kind:
    return KINDS.get(delivery.kind, OPENED)
