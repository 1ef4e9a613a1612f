"""The libraries alone on the same documents: what nobody who uses them can be faster than.

Runs as a process of its own, so that the measuring one loads none of them and shares nothing with it.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agentops.agents.invoices.reading import door, isolate
from agentops.agents.invoices.reading.ocr.pixels_format import taken_apart

ROOT = Path(__file__).resolve().parents[2]


class Bare:
    """The way to that process."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "bench.reading.bare"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def time(self, kind: str, data: bytes, pages: int) -> float | None:
        """Milliseconds that the library takes for the whole document."""
        if kind.startswith("xml"):
            return self._ask("xml", data)
        if kind in ("pdf-text", "hybrid-pdf"):
            return self._ask("text", data)
        times = [self._pixels(data, page) for page in range(1, pages + 1)]
        return None if any(one is None for one in times) else sum(one or 0.0 for one in times)

    def _pixels(self, data: bytes, page: int) -> float | None:
        facts = {"name": "", "sha256": "", "size": len(data), "media_type": door.media_type(data, "")}
        raw = taken_apart(isolate._run("pixels", data, {**facts, "page": page}))
        return self._ask("ocr", raw[2], width=raw[0], height=raw[1]) if raw else None

    def _ask(self, what: str, data: bytes, **facts: int) -> float | None:
        ask, answer = self._process.stdin, self._process.stdout
        if ask is None or answer is None:
            raise OSError("the process that runs the bare libraries has no pipes")
        ask.write(json.dumps({"what": what, "size": len(data), **facts}).encode() + b"\n" + data)
        ask.flush()
        return float(json.loads(answer.readline())["ms"])

    def close(self) -> None:
        self._process.communicate()


def _serve() -> None:
    workers: dict[str, Callable[[bytes, dict[str, Any]], object]] = {}
    while line := sys.stdin.buffer.readline():
        job = json.loads(line)
        data = sys.stdin.buffer.read(job["size"])
        if job["what"] not in workers:
            workers[job["what"]] = _LOADERS[job["what"]]()
            workers[job["what"]](data, job)
        begun = time.perf_counter()
        workers[job["what"]](data, job)
        sys.stdout.write(json.dumps({"ms": (time.perf_counter() - begun) * 1000}) + "\n")
        sys.stdout.flush()


def _xml() -> Callable[[bytes, dict[str, Any]], object]:
    from lxml import etree

    return lambda data, job: etree.fromstring(data)


def _text() -> Callable[[bytes, dict[str, Any]], object]:
    import pypdfium2

    def read(data: bytes, job: dict[str, Any]) -> object:
        document = pypdfium2.PdfDocument(io.BytesIO(data))
        return [page.get_textpage().get_text_bounded() for page in document]

    return read


def _ocr() -> Callable[[bytes, dict[str, Any]], object]:
    import numpy as np
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical"})
    return lambda data, job: engine(np.frombuffer(data, np.uint8).reshape(job["height"], job["width"]))


_LOADERS = {"xml": _xml, "text": _text, "ocr": _ocr}

if __name__ == "__main__":
    _serve()
