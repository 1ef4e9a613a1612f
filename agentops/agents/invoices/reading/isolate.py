"""The caller's side of the sandbox: hand a file to the helper, wait, take a typed answer.

Safe from many threads: one helper per process, several documents at once, never more than `AT_ONCE`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import door
from .model import Box, Failure, PageSize, Reading
from .ocr import ask
from .ocr.ask import OcrLimits
from .ocr.pixels_format import taken_apart
from .refusals import Refused
from .sandbox.helper import Answer, HelperLost, helper
from .sandbox.jail import Limits

log = logging.getLogger(__name__)

LIMITS = Limits()
CRASHED_BY_MEMORY_MB = 500


def read_file(
    source: str | os.PathLike[str] | bytes, name: str = "", hints: Mapping[str, Any] | None = None
) -> Reading:
    """Read one document. Never raises for a bad file: the reading then carries `error`.

    `hints` ask something of its pages beside; `Reading.noted` answers (`page/hints`).
    """
    started = time.monotonic()
    facts: dict[str, Any] = {
        "name": name or (os.fsdecode(Path(os.fsdecode(source)).name) if not isinstance(source, bytes) else "")
    }
    try:
        data = source if isinstance(source, bytes) else door.load(Path(os.fsdecode(source)))
        facts |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        facts["media_type"] = door.media_type(data, facts["name"])
        reading = Reading.from_json(_read(data, {**facts, "hints": hints} if hints else facts))
    except Refused as refused:
        reading = Reading(**facts, error=Failure(refused.code, refused.message))
    return replace(reading, seconds=round(time.monotonic() - started, 3))


def render_page(data: bytes, page: int = 1, scale: float = 2.0) -> bytes:
    """One page, counted from 1, as PNG; raises `Refused`."""
    kind = door.media_type(data, "")
    answer = _run("render", data, {"media_type": kind, "page": page, "scale": scale})
    if answer.startswith(b"\x89PNG"):
        return answer
    raise _refused(json.loads(answer))


def page_sizes(data: bytes) -> list[PageSize]:
    """The pages' sizes in points as shown, in order; raises `Refused`."""
    raw = _ask("pages", data, {"media_type": door.media_type(data, "")})
    return [PageSize(**page) for page in raw["pages"]]


def words_shown(data: bytes) -> dict[int, list[tuple[str, Box]]]:
    """The words of each page, counted from 1, in reading order; raises `Refused`."""
    facts = {"media_type": door.media_type(data, ""), "size": len(data), "name": "", "sha256": ""}
    try:
        return {
            int(page): [_word(one) for one in found] for page, found in _read(data, facts, "words")["words"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused("corrupt_file", "its words cannot be told") from error


def _word(raw: Any) -> tuple[str, Box]:
    """Out of the sandbox, so not trusted: a text and four fractions of the page."""
    text, *corners = raw
    x0, y0, x1, y1 = (min(1.0, max(0.0, float(corner))) for corner in corners)
    return str(text), (x0, y0, x1, y1)


def warm_up() -> None:
    """Start the helper ahead of the first document."""
    helper().start()


def ocr_limits() -> OcrLimits:
    """As the settings say; the built-in ones where there are no settings."""
    from django.conf import settings

    if not settings.configured:
        return OcrLimits()
    return OcrLimits(settings.OCR_PAGES, settings.OCR_TIME.total_seconds())


def _read(data: bytes, facts: Mapping[str, Any], task: str = "read") -> dict[str, Any]:
    """Read it; if pages of it are images, have those looked at and read it again with what was seen."""
    raw = _ask(task, data, facts)
    if "wanted" not in raw:
        return raw
    seen = ask.looks(raw["wanted"], lambda page: _pixels(data, facts, page), ocr_limits())
    return _ask(task, data + seen, {**facts, "looked": True})


def _pixels(data: bytes, facts: Mapping[str, Any], page: int) -> tuple[int, int, bytes] | str:
    """A page for OCR, or why it cannot be had."""
    try:
        answer = _run("pixels", data, {**facts, "page": page})
    except Refused as refused:
        return refused.message
    return taken_apart(answer) or "it cannot be drawn"


def _ask(task: str, data: bytes, facts: Mapping[str, Any]) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(_run(task, data, facts))
    if "refused" in raw:
        raise _refused(raw)
    return raw


def _run(task: str, data: bytes, facts: Mapping[str, Any]) -> bytes:
    job = {"task": task, **facts}
    try:
        answer = helper().run(job, data, _limits())
    except HelperLost:
        # It may have ended between two documents; a second loss is not the file's doing either.
        try:
            answer = helper().run(job, data, _limits())
        except HelperLost as error:
            raise Refused("unavailable") from error
    return answer.body if answer.body else _explain(answer)


def _limits() -> Limits:
    from django.conf import settings

    return replace(LIMITS, minimum=settings.SANDBOX_MINIMUM) if settings.configured else LIMITS


def _explain(answer: Answer) -> bytes:
    """A child that said nothing: too slow, too big, or crashed."""
    if answer.overdue:
        raise Refused("timeout", f"stopped after {LIMITS.wall_seconds:.0f} s")
    if answer.truncated or answer.peak_mb > CRASHED_BY_MEMORY_MB:
        raise Refused("too_large")
    log.warning("document_parser_died", extra={"signal": answer.signal, "peak_mb": answer.peak_mb})
    raise Refused("corrupt_file", "reading it crashed")


def _refused(raw: Mapping[str, Any]) -> Refused:
    if raw.get("trace"):
        log.warning("document_parser_failed: %s", raw["trace"])
    return Refused(raw["refused"], raw.get("detail", ""))
