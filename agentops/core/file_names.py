"""Names of files as commands take and print them: from a root or from here, odd bytes and all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def names(files: Iterable[str]) -> Iterator[str]:
    """The names given, with `-` replaced by those on standard input, whatever bytes they are made of."""
    for name in files:
        if name != "-":
            yield name
            continue
        for line in sys.stdin.buffer:
            if text := os.fsdecode(line.rstrip(b"\r\n")):
                yield text


def located(name: str, root: Path | None) -> Path:
    """A relative name starts at the root if it is there, else where we are."""
    below = root / name if root is not None else Path(name)
    return below if _exists(below) else Path(name)


def shown_name(name: str, root: Path | None) -> str:
    """The name relative to the root where the file is below it, else as it was given; links are not followed."""
    if root is None or not name:
        return name
    here, above = os.path.abspath(located(name, root)), os.path.abspath(root)
    return os.path.relpath(here, above) if Path(here).is_relative_to(above) else name


def _exists(path: Path) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:  # no file has a zero byte in its name
        return False
