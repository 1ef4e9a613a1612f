"""A mail that is kept is worked through: each attachment arrives once, then the mail is done or goes to triage.

Whatever dies in between, the row still says `stored`, and working through it again finds what has arrived already.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError

from agentops.core import blobs
from agentops.intake.lifecycle import MAIL, MailStatus
from agentops.intake.mail import caps
from agentops.intake.mail.arriving import arrive
from agentops.intake.mail.caps import MailRefused
from agentops.intake.mail.messages import hear
from agentops.intake.mail.parse import parse, too_large
from agentops.intake.mail.parts import Attachment, attachments
from agentops.intake.models import Arrival, Disposition, Mail
from agentops.intake.trail import PART, record
from runs.agents import agents
from runs.points import durable

log = logging.getLogger(__name__)


def work_through(mail: Mail, *, now: datetime) -> Mail:
    """Take in what is in the mail, and say where it stands then. Raises what the disk and the database raise."""
    if mail.status != MailStatus.STORED:
        return mail
    try:
        code, sentence = _taken_apart(mail, now)
    except MailRefused as refused:
        code, sentence = refused.code, refused.message
    except (DatabaseError, OSError):
        raise
    except Exception:
        log.exception("mail.failed", extra={"mail": str(mail.pk)})
        code, sentence = "mail_failed", "The mail could not be worked through. Assign it to try again, or close it."
    return finish(mail.pk, code, sentence)


def finish(mail_id: UUID, code: str, sentence: str) -> Mail:
    """Done, or in triage for the reason that `code` and `sentence` say. One that is not `stored` stays as it is."""
    with durable("mail.finish"):
        mail = Mail.objects.select_for_update().get(pk=mail_id)
        if mail.status != MailStatus.STORED:
            return mail
        status = MailStatus.TRIAGE if code else MailStatus.DONE
        MAIL.check(mail.status, status)
        mail.status, mail.code, mail.sentence = status, code, sentence[:500]
        mail.save(update_fields=["status", "code", "sentence"])
        counts = {str(kind): mail.arrivals.filter(disposition=kind).count() for kind in Disposition}
        record(f"mail.{status.value}", "mail", mail.pk, PART, reason=code, data=counts)
    return mail


def _taken_apart(mail: Mail, now: datetime) -> tuple[str, str]:
    """Code and sentence for triage, or two empty texts."""
    if mail.size > caps.MAIL_BYTES:
        raise too_large(mail.size)  # only its headers were fetched
    if not mail.agent or mail.agent not in {agent.name for agent in agents}:
        return "no_mapping", "No agent is set for this mailbox. Assign the mail to one, or close it."
    raw = blobs.read(mail.document)
    agent = agents.get(mail.agent)
    found = _attachments(raw) if agent.takes_files else []
    if agent.takes_messages and not any(_is_paper(one) for one in found):
        return hear(mail, parse(raw), now=now)
    if mail.assigned and not found:
        found = [Attachment(0, f"{mail.subject or 'mail'}.eml", "message/rfc822", raw)]
    arrived: list[Arrival] = [arrive(mail, one, now=now) for one in found]
    if any(one.disposition != Disposition.IGNORED for one in arrived):
        return "", ""
    if arrived:
        return "no_document", "Nothing in the mail looks like a document; only small pictures or signatures."
    return "no_attachment", "The mail has no attachment."


def _is_paper(one: Attachment) -> bool:
    """A document for certain: an agent that also takes messages reads a mail with a photo as a message."""
    return not one.ignored and not one.refused and one.data.lstrip()[:5] in (b"%PDF-", b"<?xml")


def _attachments(raw: bytes) -> list[Attachment]:
    tree = parse(raw)
    try:
        return list(attachments(tree))
    except Exception as error:
        raise MailRefused("mail_broken", "The mail is not built as mails are, so it cannot be taken apart.") from error
