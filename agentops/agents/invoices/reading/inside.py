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
from .pdf import pages, render
from .read_image import read_image
from .read_pdf import read_pdf
from .read_xml import read_xml
from .refusals import Refused


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
    readers: dict[str, Callable[[bytes, Reading], Reading]] = {door.PDF: read_pdf, door.XML: read_xml}
    return json.dumps(readers.get(job["media_type"], read_image)(data, facts).as_json()).encode()


def _render(job: dict[str, Any], data: bytes, _walls: list[str]) -> bytes:
    return render.as_png(data, job["media_type"], int(job["page"]), float(job["scale"]))


def _pages(job: dict[str, Any], data: bytes, _walls: list[str]) -> bytes:
    return json.dumps({"pages": [asdict(size) for size in pages.sizes(data, job["media_type"])]}).encode()


_TASKS: dict[str, Callable[[dict[str, Any], bytes, list[str]], bytes]] = {
    "read": _read,
    "render": _render,
    "pages": _pages,
}
