"""Signs of active content in a PDF: scripts, programs to start, forms that send. Reported, never run."""

from __future__ import annotations

import re
import zlib
from typing import Any

import pypdfium2.raw as raw

from .bombs import streams

MAX_OBJECT_STREAM_BYTES = 8 * 1024 * 1024
_SIGNS = {
    "a script": re.compile(rb"/(JavaScript|JS)\b"),
    "a program to start": re.compile(rb"/(Launch)\b"),
    "a form that sends data": re.compile(rb"/(SubmitForm|ImportData)\b"),
    "a dynamic form": re.compile(rb"/XFA\b"),
    "rich media": re.compile(rb"/(RichMedia|Rendition)\b"),
}
_ESCAPED_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")


def signs(data: bytes, document: Any) -> list[str]:
    """What active content the file carries, in words."""
    found = {"a script"} if raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0 else set()
    for part in _dictionaries(data):
        plain = _ESCAPED_NAME.sub(lambda match: bytes([int(match[1], 16)]), part)
        found |= {name for name, sign in _SIGNS.items() if sign.search(plain)}
    return sorted(found)


def _dictionaries(data: bytes) -> list[bytes]:
    """The file without its streams, and its object streams unpacked: where dictionaries live."""
    parts, last = [], 0
    for dictionary, start in streams(data):
        parts.append(data[last:start])
        end = data.find(b"endstream", start)
        last = end if end > 0 else start
        if b"/ObjStm" in dictionary:
            try:
                parts.append(zlib.decompressobj().decompress(data[start:last], MAX_OBJECT_STREAM_BYTES))
            except zlib.error:
                continue
    return [*parts, data[last:]]
