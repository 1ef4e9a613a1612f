"""A fixed question to the sender about a file that was refused, sent because a person pressed the button.

Once for each problem, from the mailbox the mail came to, to the one address in its From header, and not where
`answering.whom` doubts that somebody is behind it. The text is ours alone: nothing a stranger wrote is repeated.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import get_connection
from django.template.loader import render_to_string

from agentops.core import blobs
from agentops.core.audit.trail import append
from agentops.core.models import User
from agentops.intake.mail.answering import MOST_AN_HOUR, reply, whom
from agentops.intake.mail.parse import Part, headers_of
from agentops.intake.models import Mail, Mailbox, Question
from agentops.intake.queries import mail_of_problem
from runs.intake import STREAM, event_of
from runs.models import IntakeProblem, ProblemStatus
from runs.points import durable, point

log = logging.getLogger(__name__)
SUBJECT = "A file in your message could not be used"
# What the sender can do about it, by the code of the refusal.
WISHES = {
    "encrypted": "It asks for a password. Please send it again without one.",
    "encrypted_mail": "The message was encrypted. Please send it again without encryption.",
    "too_large": "It is too large. Please send a smaller file.",
    "too_many_pages": "It has too many pages. Please send each document as a file of its own.",
    "corrupt_file": "It is damaged. Please send it again.",
    "no_pages": "There is no page in it. Please send it again.",
    "xml_entities_forbidden": "It declares a document type or entities. Please send plain XML.",
    "archive": "It is an archive, which is not unpacked here. Please send the documents one by one.",
    "nested_mail": "It is a message inside a message. Please send its attachments themselves.",
    "empty_file": "There is nothing in it. Please send it again.",
}
OURS = ("timeout", "unavailable")  # the sender can do nothing about it
OTHERWISE = "It could not be read. Please send it again as PDF, PNG, JPEG, TIFF or XML."


class MayNotAsk(ValueError):
    """Nobody can be asked about this; the message is for whoever wanted to."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be sent, from where and to whom; `refusal` says why nothing can be."""

    mail: Mail | None = None
    recipient: str = ""
    text: str = ""
    refusal: str = ""


def draft_for(problem: IntakeProblem) -> Draft | None:
    """None for a file that came otherwise than by mail. Reads the mail from the disk."""
    mail = mail_of_problem(problem)
    if mail is None:
        return None
    try:
        return _draft(problem, mail, _headers(mail))
    except MayNotAsk as refusal:
        return Draft(mail, refusal=str(refusal))


def ask_sender(*, problem_id: UUID, by: User, now: datetime) -> None:
    """Send the question. The row comes first, so that none is sent twice. Raises `MayNotAsk`."""
    problem = IntakeProblem.objects.get(pk=problem_id)
    mail = mail_of_problem(problem)
    if mail is None or mail.mailbox is None:
        raise MayNotAsk("This file did not come by mail to a mailbox, so there is nobody to ask.")
    headers = _headers(mail)
    draft = _draft(problem, mail, headers)
    server = get_connection()
    try:
        server.open()
    except OSError as error:
        raise MayNotAsk("The mail server does not answer, so nothing was sent. Try again in a moment.") from error
    try:
        _claim(problem_id, mail, mail.mailbox, draft.recipient, by, now)
        point("question.sending")
        message = reply(headers, mail.mailbox, draft.recipient, SUBJECT, draft.text)
        message.connection = server
        message.send()
        point("question.sent")
    except OSError as error:
        log.exception("question.uncertain", extra={"problem": str(problem_id)})
        said = "The mail server broke off, so it may not have been sent. It is not sent twice: write to them yourself."
        raise MayNotAsk(said) from error
    finally:
        server.close()


def _headers(mail: Mail) -> Part:
    try:
        return headers_of(blobs.read(mail.document))
    except (blobs.BlobMissing, blobs.BlobDamaged, OSError) as error:
        raise MayNotAsk("The mail cannot be read now, so nobody knows whom to ask.") from error


def _draft(problem: IntakeProblem, mail: Mail, headers: Part) -> Draft:
    """Raises `MayNotAsk`."""
    if problem.status != ProblemStatus.OPEN:
        raise MayNotAsk("This was dealt with already.")
    if Question.objects.filter(problem=problem).exists():
        raise MayNotAsk("The sender was asked already.")
    if problem.code in OURS:
        raise MayNotAsk("The file was not read for a reason of ours. Try it again, or key it in.")
    if mail.mailbox is None:
        raise MayNotAsk("The mail was given as a file, so there is no mailbox to ask from.")
    if not mail.mailbox.address:
        raise MayNotAsk("The mailbox has no address to send from. An operator can set it on the page of the ways in.")
    recipient = whom(headers, mail.mailbox.address)
    if not recipient:
        raise MayNotAsk("Nobody can be seen behind this mail: it names no single sender, or a program sent it.")
    text = render_to_string("intake/question.txt", {"wish": WISHES.get(problem.code, OTHERWISE)})
    return Draft(mail, recipient, text)


def _claim(problem_id: UUID, mail: Mail, mailbox: Mailbox, recipient: str, by: User, now: datetime) -> None:
    name = hashlib.sha256(recipient.encode()).hexdigest()
    with durable("question.claim"):
        problem = IntakeProblem.objects.select_for_update().get(pk=problem_id)
        Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if problem.status != ProblemStatus.OPEN:
            raise MayNotAsk("This was dealt with already.")
        if Question.objects.filter(problem=problem).exists():
            raise MayNotAsk("The sender was asked already.")
        if Question.objects.filter(mailbox=mailbox, at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
            raise MayNotAsk("This mailbox has asked as much as it may in an hour. Try again later.")
        Question.objects.create(problem=problem, mail=mail, mailbox=mailbox, recipient=name, asked_by=by, at=now)
        append(STREAM, event_of(problem, "intake.sender_asked", by, data={"mail": str(mail.pk)}))
