"""Pictures of pages, drawn once: a folder beside the data that may be thrown away at any time."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings

from runs.agents import Agent

MOST_BYTES = 500 * 1024 * 1024
PARTS = 10_000
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


def words(agent: Agent, sha256: str) -> dict[str, list[list[Any]]]:
    """The words of each page as `[text, x0, y0, x1, y1]` in ten-thousandths, from the folder or read now; raises what
    `Agent.page_words` raises. The caller has asked whether the person may see them."""
    file = _folder() / sha256[:2] / f"{sha256}-words.json"
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads(file.read_bytes()))
    found = {
        str(page): [[word.text, *(round(corner * PARTS) for corner in word.box)] for word in shown]
        for page, shown in agent.page_words(sha256).items()
    }
    with contextlib.suppress(OSError):
        _keep(file, json.dumps(found).encode())
    return found


def forget(sha256: str) -> None:
    """Throw away the pictures and words of a document, because it is erased."""
    for file in (_folder() / sha256[:2]).glob(f"{sha256}-*"):
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
    found = [(entry.stat(), entry) for entry in _folder().glob("*/[0-9a-f]*")]
    for facts, file in sorted(found, key=lambda pair: pair[0].st_mtime, reverse=True):
        kept += facts.st_size
        if kept > most:
            file.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "cache" / "pages"
