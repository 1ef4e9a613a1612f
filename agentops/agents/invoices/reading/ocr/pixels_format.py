"""How a page's grey pixels travel from the parse through the caller to the OCR worker."""

from __future__ import annotations

import struct

_HEAD = struct.Struct(">4sII")
_MARK = b"GREY"


def put_together(width: int, height: int, pixels: bytes) -> bytes:
    return _HEAD.pack(_MARK, width, height) + pixels


def taken_apart(raw: bytes) -> tuple[int, int, bytes] | None:
    """Width, height and a byte for each pixel; None for anything else."""
    if len(raw) < _HEAD.size or not raw.startswith(_MARK):
        return None
    _, width, height = _HEAD.unpack_from(raw)
    pixels = raw[_HEAD.size :]
    return (width, height, pixels) if len(pixels) == width * height else None
