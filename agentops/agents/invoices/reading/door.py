"""The door: what can be told from a file's bytes alone, before anything parses them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .refusals import MAX_BYTES, Refused

PDF, XML = "application/pdf", "application/xml"
IMAGES = {"image/png", "image/jpeg", "image/tiff", "image/webp"}
SUFFIXES = {".pdf": PDF, ".xml": XML, ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
            ".tif": "image/tiff", ".tiff": "image/tiff", ".webp": "image/webp"}  # fmt: skip

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
# Kinds of file that are something else for sure, whatever the name says.
_OTHERS = (b"MZ", b"\x7fELF", b"PK\x03\x04", b"PK\x05\x06", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh",
           b"\xd0\xcf\x11\xe0", b"{\\rtf", b"BM", b"%!PS", b"\xfd7zXZ", b"#!", b"\xca\xfe\xba\xbe")  # fmt: skip


def load(path: Path) -> bytes:
    """The bytes of an ordinary file; raises `Refused` (not_found, not_a_file, too_large, empty_file)."""
    try:
        # Without O_NONBLOCK a named pipe would hold us here for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refused("not_found") from error
    except (OSError, ValueError) as error:
        raise Refused("not_a_file") from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        raise Refused("not_a_file")
    with open(descriptor, "rb") as file:
        if facts.st_size > MAX_BYTES:
            raise Refused("too_large", f"{facts.st_size // 2**20} MB, at most {MAX_BYTES // 2**20}")
        return file.read(MAX_BYTES + 1)


def media_type(data: bytes, name: str) -> str:
    """What the bytes are, whatever the name says; raises `Refused` for all that is never read."""
    if len(data) > MAX_BYTES:
        raise Refused("too_large", f"{len(data) // 2**20} MB, at most {MAX_BYTES // 2**20}")
    if not data or not data[:65536].strip(b" \t\r\n\x00"):
        raise Refused("empty_file")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(_OTHERS):
        raise Refused("unsupported_type")
    if b"%PDF-" in data[:1024]:
        return PDF
    return _xml_or_nothing(data, name)


def _xml_or_nothing(data: bytes, name: str) -> str:
    head = _head(data)
    if head.startswith(("<!doctype html", "<html", "<svg")) or "<html" in head[:300]:
        raise Refused("unsupported_type")
    if head.startswith("<"):
        return XML
    # The name promised something we read, the bytes are not that: broken rather than foreign.
    promised = SUFFIXES.get(os.path.splitext(name)[1].lower())
    raise Refused("corrupt_file" if promised else "unsupported_type")


def _head(data: bytes) -> str:
    """The first characters in lower case, in whatever encoding, without marks and blanks."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]
    start = data[:2048].replace(b"\x00", b"") if wide else data[:1024]
    return start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").decode("latin-1").lower()
