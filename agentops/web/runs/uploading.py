"""What became of each uploaded file, as a line on the page."""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone

from agentops.core.models import User
from agentops.intake.lifecycle import MailStatus
from agentops.intake.mail.given import SUFFIX, take_mail
from agentops.intake.models import Arrival, Disposition
from agentops.web.upload_limits import LARGEST
from runs.agents import agents
from runs.intake import Taken, take_in
from runs.intake.taking import earlier_run, notes_on
from runs.models import Run

log = logging.getLogger(__name__)
IN_TRIAGE = "triage"
_COUNTED_AS = {"info": "started", "warn": "known", "bad": "refused", "none": "left out", IN_TRIAGE: "in triage"}
NOTES = {"extension_differs": "It is not what its name says, and is read as what it is."}


@dataclass(frozen=True)
class Line:
    """What became of one file."""

    name: str
    size: int
    tone: str
    icon: str
    said: str
    code: str = ""
    run_url: str = ""
    run_label: str = ""
    earlier_url: str = ""
    earlier_label: str = ""
    receipt_url: str = ""
    mail_url: str = ""


def lines_of(agent: str, given: "UploadedFile[bytes]", requester: User, asked: dict[str, Any]) -> list[Line]:
    """Take one file in and say what became of it; of a mail, a line for each file that is in it."""
    name, size, now = given.name or "file", given.size or 0, timezone.now()
    # One byte more than is taken, so that the service itself sees, refuses and records what is too large.
    data = given.read(LARGEST + 1)
    try:
        if name.lower().endswith(SUFFIX) and len(data) <= LARGEST:
            return _lines_of_mail(agent, data, name, requester, now, asked)
        taken = take_in(agent=agent, data=data, name=name, requester=requester, now=now, channel="upload", **asked)
    except OSError:  # the disk, or the storage: the other files of the same upload still get their answers
        log.exception("an uploaded file could not be stored")
        said = "Refused: it could not be stored. Send it again in a moment."
        return [Line(name, size, "bad", "stop", said, code="not_stored")]
    return [_told(name, size, taken)]


def counts(lines: Iterable[Line]) -> str:
    """`3 started, 1 known, 1 refused`."""
    found = Counter(_COUNTED_AS.get(line.code) or _COUNTED_AS.get(line.tone, "") for line in lines)
    words = ("started", "known", "refused", "in triage", "left out")
    return ", ".join(f"{found[word]} {word}" for word in words if found[word])


def _lines_of_mail(
    agent: str, data: bytes, name: str, requester: User, now: datetime, asked: dict[str, Any]
) -> list[Line]:
    """The same service as for a mailbox; what it could make nothing of waits in triage, and says so."""
    desk = agents.get(agent).desk
    mail = take_mail(data, agent=agent, desk=desk, requester=requester, now=now, **asked)
    arrivals = mail.arrivals.select_related("run").order_by("ordinal")
    lines = [_line_of(one, f"{one.name} in {name}") for one in arrivals]
    if mail.status != MailStatus.TRIAGE:
        return lines
    said = f"waits for somebody to say what it is. {mail.sentence}"
    page = reverse("intake:mail", args=[mail.pk])
    return [*lines, Line(name, len(data), "warn", "clock", said, code=IN_TRIAGE, mail_url=page)]


def _line_of(one: Arrival, name: str) -> Line:
    if one.disposition == Disposition.IGNORED:
        return Line(name, one.size, "none", "minus", f"left out: {one.sentence}", code=one.code)
    if one.run is None:
        problem = one.problem_id
        return _told(name, one.size, Taken(one.document, problem_id=problem, code=one.code, sentence=one.sentence))
    if one.disposition == Disposition.KNOWN:
        url = reverse("runs:detail", args=[one.run.number])
        return Line(name, one.size, "warn", "copy", one.sentence, one.code, url, f"R-{one.run.number}")
    earlier = earlier_run(one.document, one.run.pk)
    notes = notes_on(one.name, str(one.run.given.input.get("media_type", "")))
    known = earlier.number if earlier else None
    return _told(name, one.size, Taken(one.document, run_id=one.run.pk, duplicate_of=known, notes=notes))


def _told(name: str, size: int, taken: Taken) -> Line:
    """A file with a run is under way; without one it was refused at the door, and nothing started."""
    run = Run.objects.filter(pk=taken.run_id).first() if taken.run_id else None
    if run is None:
        receipt = reverse("intake:problem", args=[taken.problem_id]) if taken.problem_id else ""
        return Line(name, size, "bad", "stop", f"Refused: {taken.sentence}", code=taken.code, receipt_url=receipt)
    url, label = reverse("runs:detail", args=[run.number]), f"R-{run.number}"
    noted = " ".join(NOTES[code] for code in taken.notes if code in NOTES)
    if taken.duplicate_of:
        return Line(
            name, size, "warn", "copy", f"says so and stops for a person. {noted}".strip(), "duplicate", url, label,
            reverse("runs:detail", args=[taken.duplicate_of]), f"R-{taken.duplicate_of}",
        )  # fmt: skip
    said = f"started; somebody else decides it if it needs a person. {noted}".strip()
    return Line(name, size, "info", "bolt", said, "started", url, label)
