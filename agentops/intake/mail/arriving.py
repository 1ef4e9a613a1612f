"""One attachment through the one door, and the row that says what became of it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from agentops.core import blobs
from agentops.intake.mail.parts import Attachment
from agentops.intake.models import Arrival, Disposition, Mail
from agentops.intake.receipts import receipt_of
from runs.agents import NotAdmitted
from runs.intake import GOAL, keep_receipt, printable, take_in
from runs.models import IntakeProblem, Run
from runs.points import durable, point
from runs.services import RequestKeyUsed

CHANNEL = "mail"


def arrive(mail: Mail, one: Attachment, *, now: datetime) -> Arrival:
    """Take an attachment in, once for this mail and once for its message: sent again it is known.

    Raises what the disk and the database raise.
    """
    ignored = one.ignored if not mail.assigned else None
    there = mail.arrivals.filter(ordinal=one.ordinal)
    before = (there if ignored else there.exclude(disposition=Disposition.IGNORED)).first()
    if before is not None:
        return before
    row = Arrival(
        key=key_of(mail, one.data),
        mail=mail,
        ordinal=one.ordinal,
        name=printable(one.name),
        media_type=one.media_type,
        document=hashlib.sha256(one.data).hexdigest(),
        size=len(one.data),
        at=now,
    )
    if ignored:
        return _noted(row, ignored)
    try:
        return _refused(row, mail, one, now) if one.refused else _known(row) or _offered(row, mail, one, now)
    except IntegrityError:
        # Somebody else works through the same mail at this moment, and was first.
        theirs = there.exclude(disposition=Disposition.IGNORED).first()
        if theirs is None:
            raise
        return theirs


def key_of(mail: Mail, data: bytes) -> str:
    """What an attachment is asked for under: mailbox, message and content, so that no second copy starts anything.

    The message is its Message-ID or, where it has none, its bytes. A server that was rebuilt and numbers its mails
    anew (UIDVALIDITY) therefore brings nothing in twice.
    """
    message = mail.message_id or mail.document
    said = "\n".join((str(mail.mailbox_id or mail.pk), message, hashlib.sha256(data).hexdigest()))
    return f"mail:{hashlib.sha256(said.encode()).hexdigest()}"


def evidence(mail: Mail) -> dict[str, Any]:
    """The mail as the run keeps it beside the document: words of a stranger, and where the original is."""
    return {
        "document": mail.document,
        "from": mail.sender,
        "subject": mail.subject,
        "date": mail.sent,
        "message_id": mail.message_id,
        "authentication_results": mail.authentication,
    }


def _came_with(mail: Mail) -> dict[str, Any]:
    """What a receipt keeps for a later run."""
    return {"mail": evidence(mail), **mail.asked}


def _noted(row: Arrival, why: tuple[str, str]) -> Arrival:
    row.disposition, (row.code, row.sentence) = Disposition.IGNORED, why
    with durable("mail.noted"):
        row.save(force_insert=True)
    return row


def _refused(row: Arrival, mail: Mail, one: Attachment, now: datetime) -> Arrival:
    assert one.refused is not None  # noqa: S101 - the caller looked
    refusal = NotAdmitted(*one.refused)
    blobs.put(one.data, "application/octet-stream")
    with durable("mail.refused"):
        problem = keep_receipt(
            agent=mail.agent,
            desk=mail.desk,
            document=row.document,
            size=row.size,
            name=row.name,
            requester=mail.requester,
            refusal=refusal,
            now=now,
            given=_came_with(mail),
            channel=CHANNEL,
        )
        return _with_problem(row, problem, refusal.code, refusal.message)


def _known(row: Arrival) -> Arrival | None:
    """The same content under the same message has a run: say so, and start nothing."""
    earlier = Arrival.objects.filter(key=row.key, disposition=Disposition.RUN).first()
    return _as_known(row, earlier.run) if earlier and earlier.run else None


def _as_known(row: Arrival, run: Run) -> Arrival:
    row.disposition, row.run = Disposition.KNOWN, run
    row.code, row.sentence = "taken_before", f"The same attachment of the same message started {run}."
    with durable("mail.known"):
        row.save(force_insert=True)
    return row


def _offered(row: Arrival, mail: Mail, one: Attachment, now: datetime) -> Arrival:
    try:
        taken = take_in(
            agent=mail.agent,
            data=one.data,
            name=one.name,
            requester=mail.requester,
            now=now,
            request_key=row.key,
            desk=mail.desk,
            origin={"mail": evidence(mail)},
            goal=mail.asked.get("goal", GOAL),
            claimed=mail.asked.get("claimed"),
            channel=CHANNEL,
        )
    except RequestKeyUsed:
        # Another copy of this message, in other words, was taken in and died before it said so.
        return _as_known(row, Run.objects.get(requester=mail.requester, request_key=row.key))
    point("mail.taken_in")
    with durable("mail.arrived"):
        if taken.run_id is None:
            problem = receipt_of(
                taken,
                agent=mail.agent,
                desk=mail.desk,
                size=row.size,
                name=row.name,
                requester=mail.requester,
                now=now,
                given=_came_with(mail),
                channel=CHANNEL,
            )
            return _with_problem(row, problem, taken.code, taken.sentence)
        row.disposition, row.sentence = Disposition.RUN, taken.sentence[:500]
        row.run = Run.objects.filter(pk=taken.run_id).get()
        row.save(force_insert=True)
    return row


def _with_problem(row: Arrival, problem: IntakeProblem, code: str, sentence: str) -> Arrival:
    row.disposition, row.problem = Disposition.REFUSED, problem
    row.code, row.sentence = code[:60], sentence[:500]
    row.save(force_insert=True)
    return row
