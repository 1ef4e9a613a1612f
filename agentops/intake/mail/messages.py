"""A mail as a message: the answer that a run waits for on its thread, or what a new run is asked with.

For agents that take messages. Which thread a mail belongs to is found by the Message-IDs it names; what it says is data
of a stranger. A mail that a program wrote (an absence, a bounce, a list) is no message of anybody.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from agentops.core.models import User
from agentops.intake.mail.arriving import CHANNEL, evidence, key_of
from agentops.intake.mail.headers import only_address, plain
from agentops.intake.mail.parse import Part
from agentops.intake.mail.parts import attachments
from agentops.intake.mail.spoken import text_of
from agentops.intake.models import Arrival, Disposition, Mail
from runs.agents import agents
from runs.models import Run
from runs.points import durable, point
from runs.services import Message, Received, RequestKeyUsed, deliver_message, start_run

GOAL = "Answer this message."
MOST_REFERENCES = 50
_ID = re.compile(r"<[!-;=?-~]{3,250}>")
_BY_PROGRAMS = ("bulk", "list", "junk", "auto_reply")


def hear(mail: Mail, tree: Part, *, now: datetime) -> tuple[str, str]:
    """Deliver the mail or start its run, once; code and sentence for triage, or two empty texts."""
    if mail.arrivals.exclude(disposition=Disposition.IGNORED).exists():
        return "", ""
    if not mail.assigned and (why := _by_a_program(tree)):
        return "automatic_mail", why
    text = text_of(tree)
    if not text.strip() and not mail.subject:
        return "no_text", "There is no text in the mail."
    said = _said(mail, tree, text)
    thread = agents.get(mail.agent).thread_of(said["references"])
    answered = _delivered(mail, said, thread, now) if thread else None
    run = answered or _started(mail, said)
    _noted(mail, run, was_answer=answered is not None, now=now)
    return "", ""


def _said(mail: Mail, tree: Part, text: str) -> dict[str, Any]:
    return {
        "subject": mail.subject,
        "text": text.replace("\0", "\N{REPLACEMENT CHARACTER}"),
        "from": only_address(tree.get_all("From", [])),
        "id": mail.message_id,
        "references": references(tree),
        "files": [one.name for one in attachments(tree)][:20],
    }


def references(tree: Part) -> list[str]:
    """The Message-IDs that a mail says it answers, oldest first."""
    found = [
        name for header in ("References", "In-Reply-To") for name in _ID.findall(plain(tree.get(header, ""), 8000))
    ]
    return list(dict.fromkeys(found))[-MOST_REFERENCES:]


def _by_a_program(tree: Part) -> str:
    automatic = str(tree.get("Auto-Submitted", "no")).strip().lower() not in ("no", "")
    precedence = str(tree.get("Precedence", "")).strip().lower() in _BY_PROGRAMS
    bounced = str(tree.get("Return-Path", "")).strip() == "<>"
    if not (automatic or precedence or bounced or "List-Id" in tree):
        return ""
    return "A program wrote this mail (an absence, a list, a bounce). Assign it if it is a message all the same."


def _delivered(mail: Mail, said: dict[str, Any], thread: str, now: datetime) -> Run | None:
    """The run whose answer it is; None where nobody waits any more."""
    message = Message(
        id=mail.message_id or mail.document,
        text=said["text"],
        sender=said["from"],
        more={"mail": evidence(mail), "files": said["files"]},
    )
    delivery = deliver_message(thread=thread, message=message, by=mail.requester, now=now)
    if delivery.received == Received.NOBODY_WAITS or delivery.run_id is None:
        return None
    return Run.objects.get(pk=delivery.run_id)


def _started(mail: Mail, said: dict[str, Any]) -> Run:
    key, asker = key_of(mail, b"the message itself"), mail.requester
    try:
        run_id = start_run(
            agent=mail.agent,
            requester=asker,
            goal=GOAL,
            given={"message": said, "mail": evidence(mail)},
            request_key=key,
            subject=mail.subject or "(no subject)",
        )
    except RequestKeyUsed:  # another copy of this message, in other words, was taken in before
        return _of_key(asker, key)
    point("mail.taken_in")
    return Run.objects.get(pk=run_id)


def _of_key(asker: User, key: str) -> Run:
    return Run.objects.get(requester=asker, request_key=key)


def _noted(mail: Mail, run: Run, *, was_answer: bool, now: datetime) -> None:
    key = key_of(mail, b"the message itself")
    known = was_answer or Arrival.objects.filter(key=key, disposition=Disposition.RUN).exists()
    row = Arrival(
        key=key,
        mail=mail,
        ordinal=0,
        name="message",
        media_type="message/rfc822",
        document=mail.document,
        size=mail.size,
        disposition=Disposition.KNOWN if known else Disposition.RUN,
        run=run,
        code="answered" if was_answer else "",
        sentence=f"It is the answer that {run} waited for." if was_answer else "",
        at=now,
    )
    with durable(f"{CHANNEL}.arrived"):
        row.save(force_insert=True)
