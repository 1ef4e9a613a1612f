"""Measure how far the streams of a PDF unpack, before PDFium holds them in memory at once."""

from __future__ import annotations

import re
import zlib
from typing import Any

from ..refusals import MAX_PIXELS, MAX_UNPACK_RATIO, MAX_UNPACKED_BYTES, Refused

_STREAM = re.compile(rb">>\s*stream\r?\n")
_MAX_DICTIONARY = 4096
_FLATE = re.compile(rb"/Fl(?:ateDecode)?(?![\w])")
_CHUNK = 1 << 18
MAX_LAYERS = 4
_SMALL = 32 * 1024 * 1024  # below this, a ratio does no harm


def check(data: bytes) -> None:
    """Raises `Refused` (too_large)."""
    total = 0
    for dictionary, start in streams(data):
        layers = min(MAX_LAYERS, len(_FLATE.findall(dictionary)))
        if layers:
            total += _unpacked(data, start, MAX_UNPACKED_BYTES - total, layers)
        if total >= MAX_UNPACKED_BYTES or (total > _SMALL and total > MAX_UNPACK_RATIO * len(data)):
            raise Refused("too_large", f"it unpacks to more than {total // 2**20} MB")
        _check_image(dictionary)


def streams(data: bytes) -> list[tuple[bytes, int]]:
    """Dictionary and first byte of each stream."""
    return [(_dictionary(data, match.start()), match.end()) for match in _STREAM.finditer(data)]


def _dictionary(data: bytes, end: int) -> bytes:
    """What stands between the object's beginning and `end`."""
    start = data.rfind(b" obj", max(0, end - _MAX_DICTIONARY), end)
    return data[max(start, end - _MAX_DICTIONARY, 0) : end]


def _unpacked(data: bytes, start: int, room: int, layers: int) -> int:
    """How many bytes the stream at `start` gives through `layers` of compression; counting stops at `room`."""
    engines = [zlib.decompressobj() for _ in range(layers)]
    size, position = 0, start
    try:
        while size < room and not engines[0].eof and position < len(data):
            part = data[position : position + _CHUNK]
            position += len(part)
            size += _pour(engines, part, room - size)
    except zlib.error:
        pass  # damaged or not ours to judge: PDFium will say
    return size


def _pour(engines: list[Any], part: bytes, room: int) -> int:
    """Push `part` through the first engine and what comes out through the rest; how much came out at the end."""
    if not engines:
        return len(part)
    size = 0
    while part and size < room and not engines[0].eof:
        out = engines[0].decompress(part, _CHUNK)
        size += _pour(engines[1:], out, room - size)
        part = engines[0].unconsumed_tail
    return size


def _check_image(dictionary: bytes) -> None:
    sides = [re.search(rb"/" + name + rb"\s+(\d{1,12})\b", dictionary) for name in (b"Width", b"Height")]
    if all(sides):
        width, height = (int(side[1]) for side in sides if side)
        if width * height > MAX_PIXELS:
            raise Refused("too_large", f"an image of {width} x {height} pixels")
