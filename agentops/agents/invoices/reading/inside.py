"""What happens inside the sandbox: one job on one document's bytes, answered as JSON or PNG.

Only the helper imports this file; it pulls in the parsing libraries.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from . import door
from .model import Reading
from .ocr import pixels
from .ocr.lines import Look
from .ocr.wanted import Looks, Wanted
from .page import hints
from .pdf import pages, render
from .read_image import read_image
from .read_pdf import read_pdf
from .read_xml import read_xml
from .refusals import Refused
from .shown import words_shown


def work(job: dict[str, Any], data: bytes, walls: list[str]) -> bytes:
    """Never raises: what goes wrong becomes a refusal."""
    try:
        return _TASKS[job["task"]](job, data, walls)
    except Refused as refused:
        return json.dumps({"refused": refused.code, "detail": refused.detail}).encode()
    except (MemoryError, RecursionError):
        return refusal("too_large", "it takes too much memory")
    except Exception as error:  # a parser's bug must not look like a readable file
        trace = "".join(traceback.format_exception(error)[-4:])[-1500:]
        body = {"refused": "corrupt_file", "detail": type(error).__name__, "trace": trace}
        return json.dumps(body).encode()


def refusal(code: str, detail: str = "") -> bytes:
    return json.dumps({"refused": code, "detail": detail}).encode()


def _read(job: dict[str, Any], data: bytes, walls: list[str]) -> bytes:
    facts = Reading(
        name=job["name"], sha256=job["sha256"], size=job["size"], media_type=job["media_type"], sandbox=tuple(walls)
    )
    hints.ask(job.get("hints"))
    data, looks = _looks(job, data)
    if job["media_type"] == door.XML:
        return json.dumps(read_xml(data, facts).as_json()).encode()
    answer = (read_pdf if job["media_type"] == door.PDF else read_image)(data, facts, looks)
    return json.dumps({"wanted": answer.pages} if isinstance(answer, Wanted) else answer.as_json()).encode()


def _looks(job: dict[str, Any], data: bytes) -> tuple[bytes, Looks | None]:
    """What OCR saw comes behind the document, from byte `size` on; None when nobody has looked yet."""
    if not job.get("looked"):
        return data, None
    raw = json.loads(data[job["size"] :])
    by_page = {look.page: look for look in map(Look.from_json, raw["looks"])}
    return data[: job["size"]], Looks(by_page, {int(page): why for page, why in raw["why_not"].items()})


def _pixels(job: dict[str, Any], data: bytes, _walls: list[str]) -> bytes:
    return pixels.as_grey(data, job["media_type"], int(job["page"]))


def _render(job: dict[str, Any], data: bytes, _walls: list[str]) -> bytes:
    return render.as_png(data, job["media_type"], int(job["page"]), float(job["scale"]))


def _pages(job: dict[str, Any], data: bytes, _walls: list[str]) -> bytes:
    return json.dumps({"pages": [asdict(size) for size in pages.sizes(data, job["media_type"])]}).encode()


def _words(job: dict[str, Any], data: bytes, _walls: list[str]) -> bytes:
    data, looks = _looks(job, data)
    answer = words_shown(data, job["media_type"], looks)
    return json.dumps({"wanted": answer.pages} if isinstance(answer, Wanted) else answer).encode()


_TASKS: dict[str, Callable[[dict[str, Any], bytes, list[str]], bytes]] = {
    "read": _read,
    "render": _render,
    "pages": _pages,
    "pixels": _pixels,
    "words": _words,
}
