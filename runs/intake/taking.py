"""Taking a file in: stored, offered to its agent, and then a run or a receipt."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core import blobs
from agentops.core.models import User
from runs.agents import NotAdmitted, agents
from runs.intake.asking import GOAL, RESERVED
from runs.intake.receipts import keep_receipt, receipt_of
from runs.models import Run, RunInput
from runs.services import start_run

UNREAD = "application/octet-stream"
# What a name promises by its ending; any other ending promises nothing.
PROMISES = {
    ".pdf": "application/pdf", ".xml": "application/xml", ".png": "image/png", ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg", ".tif": "image/tiff", ".tiff": "image/tiff", ".webp": "image/webp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file at the door. `duplicate_of` is the number of the run the same bytes started before;
    `notes` are codes of what was odd and let pass (`extension_differs`)."""

    document: str
    run_id: UUID | None = None
    problem_id: UUID | None = None
    code: str = ""
    sentence: str = ""
    known: bool = False
    duplicate_of: int | None = None
    notes: tuple[str, ...] = ()


def take_in(
    *,
    agent: str,
    data: bytes,
    name: str,
    requester: User,
    now: datetime,
    request_key: str | None = None,
    claimed: dict[str, Any] | None = None,
    desk: str | None = None,
    origin: dict[str, Any] | None = None,
    goal: str = GOAL,
    keyed: dict[str, str] | None = None,
    channel: str = "",
) -> Taken:
    """Store the file and start its run, or keep a receipt of why not.

    `claimed` is what the sender says about it; a difference to what is read is a reason. `desk` is where a refusal is
    shown if not at the agent's own; `origin` is what it came with (`{"mail": ...}`), kept in the run's input beside
    the document; `channel` says in a word which way it came. With `keyed`, values that the requester typed from the
    document (see `typed_in`), it starts a run even where the file cannot be read. Raises `UnknownAgent`.
    """
    plugin = agents.get(agent)
    name = printable(name)
    blob = blobs.put(data, UNREAD)
    given = _came_with(origin, claimed, keyed, requester)
    try:
        media_type = plugin.admit(data, name)
    except NotAdmitted as refusal:
        if keyed is None:
            shown_at = desk or plugin.desk
            before = receipt_of(requester, blob.sha256, name, plugin.name, shown_at) if request_key else None
            came_with = given if goal == GOAL else {**given, "goal": goal}
            problem = before or keep_receipt(
                plugin.name, shown_at, blob.sha256, len(data), name, requester, refusal, now,
                came_with, channel,
            )  # fmt: skip
            return Taken(blob.sha256, problem_id=problem.id, code=refusal.code, sentence=refusal.message)
        media_type = UNREAD
    run_id = start_run(
        agent=agent,
        requester=requester,
        goal=goal,
        given={**given, "document": blob.sha256, "name": name, "media_type": media_type},
        request_key=request_key,
        subject=name,
        document=blob.sha256,
    )
    return _started(blob.sha256, run_id, notes_on(name, media_type))


def _came_with(
    origin: dict[str, Any] | None, claimed: dict[str, Any] | None, keyed: dict[str, str] | None, requester: User
) -> dict[str, Any]:
    """What the run's input says beside the document; nothing that came along may pass for what a person typed."""
    given = {name: value for name, value in (origin or {}).items() if name not in RESERVED}
    if claimed:
        given["claimed"] = claimed
    if keyed is not None:
        given |= {"keyed": keyed, "keyed_by": str(requester.pk)}
    return given


def _started(document: str, run_id: UUID, notes: tuple[str, ...]) -> Taken:
    earlier = earlier_run(document, run_id)
    said = f"The same file started {earlier} before; this run will say so." if earlier else ""
    known, number = earlier is not None, earlier.number if earlier else None
    return Taken(document, run_id=run_id, sentence=said, known=known, duplicate_of=number, notes=notes)


def earlier_run(document: str, run_id: UUID) -> Run | None:
    """The first run that the same bytes started before this one. Asked once this one is there, so that of two at the
    same moment one learns of the other."""
    found = RunInput.objects.filter(document=document, run_id__lt=run_id).select_related("run").order_by("run_id")
    first = found.first()
    return first.run if first else None


def notes_on(name: str, media_type: str) -> tuple[str, ...]:
    """What the name promises and the bytes are not: read as what it is, and said."""
    promised = PROMISES.get(os.path.splitext(name)[1].lower())
    return ("extension_differs",) if promised and media_type not in (promised, UNREAD) else ()


def printable(name: str) -> str:
    """A file's name as it can be stored and shown: no control characters, no path, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in last)
    return shown.encode("utf-8", "replace").decode()[:200] or "file"
