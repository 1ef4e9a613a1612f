"""A mail's bytes are safe and its row is there, before anything else is done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from agentops.core import blobs
from agentops.core.models import User
from agentops.intake import starters
from agentops.intake.lifecycle import MailStatus
from agentops.intake.mail.headers import Envelope, envelope
from agentops.intake.mail.parse import headers_of
from agentops.intake.models import Mail, Mailbox
from agentops.intake.trail import PART, record
from runs.points import durable, point


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies on its server: never given twice by one server (RFC 9051, UIDVALIDITY and UID)."""

    mailbox: Mailbox
    uidvalidity: int
    uid: int


def keep(
    raw: bytes,
    *,
    agent: str,
    desk: str,
    requester: User,
    now: datetime,
    place: Place | None = None,
    size: int | None = None,
    asked: dict[str, Any] | None = None,
) -> Mail:
    """The row of this mail, made if it is new; its bytes are on disk first.

    `size` is the whole mail's where `raw` is only its headers. The same bytes in the same mailbox a second time
    become a twin; the same place a second time is the row that is there.
    """
    blob = blobs.put(raw, "message/rfc822")
    point("mail.bytes_kept")
    said = envelope(headers_of(raw))
    mail = Mail(
        mailbox=place.mailbox if place else None,
        uidvalidity=place.uidvalidity if place else None,
        uid=place.uid if place else None,
        document=blob.sha256,
        size=size if size is not None else len(raw),
        message_id=said.message_id,
        sender=said.sender,
        subject=said.subject,
        sent=said.sent,
        authentication=said.authentication,
        agent=agent,
        desk=desk,
        requester=_who_asks(said, requester) if place else requester,
        asked=asked or {},
        at=now,
    )
    with durable("mail.keep"):
        return _inserted(mail) or _as_twin(mail)


def _inserted(mail: Mail) -> Mail | None:
    """The row, if it is new or the one of this very place; None where only the bytes are known."""
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    if Mail.objects.filter(pk=mail.pk).exists():
        record(
            "mail.received",
            "mail",
            mail.pk,
            PART,
            data={"size": mail.size, "twin": mail.status == MailStatus.TWIN},
            told={"from": mail.sender, "subject": mail.subject, "message_id": mail.message_id},
            facets=(f"document={mail.document}",),
        )
        return mail
    return Mail.objects.filter(mailbox=mail.mailbox, uidvalidity=mail.uidvalidity, uid=mail.uid).first()


def _as_twin(mail: Mail) -> Mail:
    mail.status = MailStatus.TWIN
    found = _inserted(mail)
    assert found is not None  # noqa: S101 - a twin collides with its own place only, and that row was found
    return found


def _who_asks(said: Envelope, otherwise: User) -> User:
    # A From header proves nothing: anybody can write anybody's name into it. Only a house whose mail server
    # refuses forged senders may say that it trusts it.
    if not settings.MAIL_TRUST_FROM or not said.address:
        return otherwise
    person = User.objects.filter(email=said.address, kind="person", is_active=True).first()
    return person if person is not None and not starters.why_not(person) else otherwise
