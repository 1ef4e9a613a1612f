"""Pictures of pages, drawn once: a folder beside the data that may be thrown away at any time."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from django.conf import settings

from runs.agents import Agent

MOST_BYTES = 500 * 1024 * 1024
LOOK_EVERY = 100  # pictures drawn, on average, between two looks at the folder's size


def picture(agent: Agent, sha256: str, page: int) -> bytes:
    """The page as PNG, from the folder or drawn now; raises what `Agent.page_image` raises. The caller has asked
    whether the person may see it."""
    file = _folder() / sha256[:2] / f"{sha256}-{page}.png"
    with contextlib.suppress(OSError):
        return file.read_bytes()
    image = agent.page_image(sha256, page)
    with contextlib.suppress(OSError):  # a full disk costs the time of drawing, nothing else
        _keep(file, image)
    return image


def forget(sha256: str) -> None:
    """Throw away the pictures of a document, because it is erased."""
    for file in (_folder() / sha256[:2]).glob(f"{sha256}-*.png"):
        file.unlink(missing_ok=True)


def _keep(file: Path, image: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    draft.write_bytes(image)
    os.replace(draft, file)
    if secrets.randbelow(LOOK_EVERY) == 0:
        make_room()


def make_room(most: int = MOST_BYTES) -> None:
    """Keep what was drawn last, up to `most` bytes."""
    kept = 0
    found = [(entry.stat(), entry) for entry in _folder().glob("*/*.png")]
    for facts, file in sorted(found, key=lambda pair: pair[0].st_mtime, reverse=True):
        kept += facts.st_size
        if kept > most:
            file.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "cache" / "pages"
