"""Text that a PDF carries beside its pages: document information and annotations. Never read as values."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as raw

MAX_ANNOTATIONS = 500
MAX_BYTES = 20_000


def texts(document: Any) -> Iterator[str]:
    yield from (value for value in document.get_metadata_dict(skip_empty=True).values() if value)
    for index in range(len(document)):
        yield from _annotations(document[index])


def _annotations(page: Any) -> Iterator[str]:
    for index in range(min(raw.FPDFPage_GetAnnotCount(page.raw), MAX_ANNOTATIONS)):
        note = raw.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        for key in (b"Contents", b"Subj", b"T", b"V"):
            if value := _string(note, key):
                yield value
        raw.FPDFPage_CloseAnnot(note)


def _string(note: Any, key: bytes) -> str:
    size = min(raw.FPDFAnnot_GetStringValue(note, key, None, 0), MAX_BYTES)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(note, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
