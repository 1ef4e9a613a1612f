"""A fixed text to the sender that a mail has come: off by default, at most one a day to one address (RFC 3834).

When in doubt nothing is sent. The text quotes nothing of the mail; the address is a stranger's claim, so the worst
a forger gets is one such text a day in somebody's inbox.
"""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from agentops.intake.mail.headers import only_address
from agentops.intake.mail.parse import Part, headers_of
from agentops.intake.models import Acknowledgement, Mail, Mailbox
from agentops.intake.trail import PART, record
from runs.points import durable, point

log = logging.getLogger(__name__)
MOST_AN_HOUR = 60  # of one mailbox
NOBODY = re.compile(r"^(no-?reply|do-?not-?reply|mailer-daemon|postmaster|bounces?|owner-.*|.*-request)([+=.-].*)?@")
MESSAGE_ID = re.compile(r"^<[!-;=?-~]{3,250}>$")


def acknowledge(mail: Mail, raw: bytes, mailbox: Mailbox, *, now: datetime) -> bool:
    """Send the fixed text if this mail may be answered; the row comes first, so that none is sent twice."""
    headers = headers_of(raw)
    recipient = whom(headers, mailbox.address)
    if not recipient or not _claimed(mail, mailbox, recipient, now):
        return False
    try:
        text = render_to_string("intake/acknowledgement.txt")
        point("mail.answering")
        reply(headers, mailbox, recipient, "We have received your message", text).send()
        point("mail.answered")
    except OSError:
        log.exception("mail.acknowledgement_lost", extra={"mail": str(mail.pk)})
        return False
    return True


def whom(headers: Part, own: str) -> str:
    """The address to answer to; empty for machines, lists, bounces, ourselves and whatever is doubtful."""
    address = only_address(headers.get_all("From", []))
    if not address or address == own.lower() or NOBODY.match(address):
        return ""
    if str(headers.get("Auto-Submitted", "no")).strip().lower() != "no":
        return ""
    if str(headers.get("Precedence", "")).strip().lower() in ("bulk", "list", "junk", "auto_reply"):
        return ""
    if any(name in headers for name in ("List-Id", "List-Unsubscribe", "X-Auto-Response-Suppress", "X-Loop")):
        return ""
    bounce = headers.get_all("Return-Path", [])
    return address if not bounce or only_address(bounce) == address else ""


def _claimed(mail: Mail, mailbox: Mailbox, recipient: str, now: datetime) -> bool:
    name = hashlib.sha256(recipient.encode()).hexdigest()
    hour = now - timedelta(hours=1)
    with durable("mail.acknowledge"):
        Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if Acknowledgement.objects.filter(mailbox=mailbox, mail__at__gt=hour).count() >= MOST_AN_HOUR:
            return False
        row = Acknowledgement(mail=mail, mailbox=mailbox, recipient=name, day=timezone.localdate(now))
        Acknowledgement.objects.bulk_create([row], ignore_conflicts=True)
        ours = Acknowledgement.objects.filter(mail=mail, day=row.day).exists()
        if ours:
            record("mail.acknowledged", "mail", mail.pk, PART)
    return ours


def reply(headers: Part, mailbox: Mailbox, recipient: str, subject: str, text: str) -> EmailMessage:
    """A text of ours in answer to a mail with these headers, marked so that no program answers it."""
    more = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    message_id = str(headers.get("Message-ID", "")).strip()
    if MESSAGE_ID.match(message_id):
        more |= {"In-Reply-To": message_id, "References": message_id}
    return EmailMessage(subject, text, mailbox.address, [recipient], headers=more)
