"""One look into a watched folder: what lay still since the last look is taken, then moved aside.

Taking comes first and asks under a key of content, name and time of change: a crash before the move finds the same
run (or the same refusal) again and only moves.
"""

from __future__ import annotations

import hashlib
import logging
import time
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError

from agentops.intake import starters
from agentops.intake.models import Arrival, Disposition, Watch
from agentops.intake.receipts import receipt_of
from agentops.intake.watches.folder import DONE, REFUSED, Folder, FolderAway, Seen, opened
from runs.agents import UnknownAgent
from runs.intake import Taken, printable, take_in
from runs.models import Run
from runs.points import durable, point

log = logging.getLogger(__name__)
CHANNEL = "folder"
LARGEST = 25 * 1024 * 1024
MOST = 100  # files of one look; the rest are due at once
_still: dict[tuple[UUID, Seen], float] = {}  # since when this process has seen each file as it is


def look(watch: Watch, now: datetime) -> tuple[bool, str]:
    """Whether there is more at once, and what is odd in the folder; raises `FolderAway`."""
    if refusal := starters.why_not(watch.requester):
        raise FolderAway(f"{refusal} Choose another service user for this folder.")
    with opened(watch.path) as folder:
        files, odd = folder.files()
        still = _lying_still(watch, files)
        failed = [seen.name for seen in still[:MOST] if not _taken(watch, folder, seen, now)]
    return len(still) > MOST and len(failed) < MOST, _about(odd) or _not_taken(failed)


def _lying_still(watch: Watch, files: list[Seen]) -> list[Seen]:
    """Those that have not changed for as long as the watch asks; the others are remembered until the next look."""
    now, here = time.monotonic(), {(watch.pk, seen) for seen in files}
    for gone in [key for key in _still if key[0] == watch.pk and key not in here]:
        del _still[gone]
    return [seen for seen in files if now - _still.setdefault((watch.pk, seen), now) >= watch.settle_seconds]


def _taken(watch: Watch, folder: Folder, seen: Seen, now: datetime) -> bool:
    """False for a file with which this program fails: it stays, and the others are taken all the same."""
    try:
        _take(watch, folder, seen, now)
    except (FolderAway, DatabaseError, OSError):
        raise
    except Exception:
        log.exception("watch.file_failed", extra={"watch": str(watch.pk)})
        return False
    return True


def _take(watch: Watch, folder: Folder, seen: Seen, now: datetime) -> None:
    data = folder.read(seen, LARGEST + 1)  # one byte more, so that the agent itself refuses what is too large
    if data is None:
        return
    key = _key(watch, seen, data)
    row = Arrival.objects.filter(key=key).first()
    if row is None:
        row = _arrived(watch, key, seen, data, now)
    point("watch.before_move")
    folder.put_aside(seen, REFUSED if row.disposition == Disposition.REFUSED else DONE)
    point("watch.moved")


def _key(watch: Watch, seen: Seen, data: bytes) -> str:
    content = hashlib.sha256(data).hexdigest()
    said = f"{watch.pk}\n{content}\n{seen.modified_ns}\n".encode() + seen.name.encode("utf-8", "surrogateescape")
    return f"watch:{hashlib.sha256(said).hexdigest()}"


def _arrived(watch: Watch, key: str, seen: Seen, data: bytes, now: datetime) -> Arrival:
    try:
        taken = take_in(
            agent=watch.agent,
            data=data,
            name=seen.name,
            requester=watch.requester,
            now=now,
            request_key=key,
            desk=watch.desk,
            channel=CHANNEL,
        )
    except UnknownAgent as error:
        raise FolderAway(str(error)) from error
    point("watch.taken_in")
    with durable("watch.arrived"):
        return _row(watch, key, seen, data, taken, now)


def _row(watch: Watch, key: str, seen: Seen, data: bytes, taken: Taken, now: datetime) -> Arrival:
    name = printable(seen.name)
    problem = None
    if taken.problem_id is not None:
        problem = receipt_of(
            taken,
            agent=watch.agent,
            desk=watch.desk,
            size=len(data),
            name=name,
            requester=watch.requester,
            now=now,
            given={},
            channel=CHANNEL,
        )
    return Arrival.objects.create(
        key=key,
        watch=watch,
        name=name,
        document=taken.document,
        size=len(data),
        disposition=Disposition.REFUSED if problem else Disposition.RUN,
        code=taken.code[:60],
        sentence=taken.sentence[:500],
        run=Run.objects.get(pk=taken.run_id) if taken.run_id else None,
        problem=problem,
        at=now,
    )


def _not_taken(failed: list[str]) -> str:
    if not failed:
        return ""
    shown = ", ".join(printable(name) for name in failed[:3])
    return f"This program fails with {shown}{' and more' if len(failed) > 3 else ''}; its log says why. Tried again."


def _about(odd: list[str]) -> str:
    if not odd:
        return ""
    shown = ", ".join(printable(name) for name in odd[:3])
    return f"Left where they are, because they are no plain files: {shown}{' and more' if len(odd) > 3 else ''}."
