"""What became of each uploaded file, as a line on the page."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone

from agentops.core.models import User
from agentops.web.upload_limits import LARGEST
from runs.intake import Taken, take_in
from runs.models import Run

log = logging.getLogger(__name__)
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


def line_of(agent: str, given: "UploadedFile[bytes]", requester: User, asked: dict[str, Any]) -> Line:
    """Take one file in and say what became of it."""
    # One byte more than is taken, so that the service itself sees, refuses and records what is too large.
    data = given.read(LARGEST + 1)
    try:
        taken = take_in(
            agent=agent,
            data=data,
            name=given.name or "file",
            requester=requester,
            now=timezone.now(),
            channel="upload",
            **asked,
        )
    except OSError:  # the disk, or the storage: the other files of the same upload still get their answers
        log.exception("an uploaded file could not be stored")
        said = "Refused: it could not be stored. Send it again in a moment."
        return Line(given.name or "file", given.size or 0, "bad", "stop", said, code="not_stored")
    return _told(given.name or "file", given.size or 0, taken)


def counts(lines: Iterable[Line]) -> str:
    """`3 started, 1 known, 1 refused`."""
    tones = [line.tone for line in lines]
    said = [(tones.count("info"), "started"), (tones.count("warn"), "known"), (tones.count("bad"), "refused")]
    return ", ".join(f"{number} {word}" for number, word in said if number)


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
