"""Files in a folder on this machine: complete on disk before they have their name."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage


class Folder(Storage):
    """The folder of the setting `BLOB_DIR`. A name that is there is written over."""

    def path(self, name: str) -> str:
        """Where it lies."""
        return str(Path(settings.BLOB_DIR) / name)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return os.path.exists(self.path(name))

    def size(self, name: str) -> int:
        """In bytes; raises `FileNotFoundError`."""
        return os.path.getsize(self.path(name))

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: it says what the file contains."""
        return name

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(Path(self.path(name)).open(mode))

    def _save(self, name: str, content: Any) -> str:
        # Complete on disk under another name first, so that no crash leaves half a file under the right one.
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(target.parent)
        return name


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
