"""Files, named by what they contain: written once, read with their hash checked."""

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings

from agentops.core.models import Blob


class BlobMissing(LookupError):
    """The file is not in the folder, or was never put there."""


class BlobDamaged(ValueError):
    """What lies in the folder under this name is not what was put there."""


def put(data: bytes, media_type: str) -> Blob:
    """Keep these bytes and return their row; the same bytes again return the row that is there."""
    name = hashlib.sha256(data).hexdigest()
    if not _is_whole(path(name), data):
        _write(path(name), data)
    # The file comes first: a row without its file would be a promise broken by a crash.
    row, _ = Blob.objects.get_or_create(sha256=name, defaults={"size": len(data), "media_type": media_type})
    return row


def read(sha256: str) -> bytes:
    """The bytes under this name; raises `BlobMissing`, `BlobDamaged`."""
    try:
        data = path(sha256).read_bytes()
    except FileNotFoundError as error:
        raise BlobMissing(f"The file {sha256[:12]} is not in the folder of files.") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BlobDamaged(f"The file {sha256[:12]} was changed or cut after it was stored.")
    return data


def path(sha256: str) -> Path:
    """Where the file lies; raises `BlobMissing` for what is no name of a file, such as a path."""
    if len(sha256) != 64 or not set(sha256) <= _HEX:
        raise BlobMissing("A file is named by the 64 hexadecimal digits of its SHA-256.")
    return Path(settings.BLOB_DIR) / sha256[:2] / sha256[2:4] / sha256


_HEX = frozenset("0123456789abcdef")


def _is_whole(target: Path, data: bytes) -> bool:
    # A damaged copy is written anew: whoever uploads the same file again repairs it.
    try:
        return target.stat().st_size == len(data) and target.read_bytes() == data
    except FileNotFoundError:
        return False


def _write(target: Path, data: bytes) -> None:
    # Complete on disk under another name first, so that no crash leaves half a file under the right one.
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
