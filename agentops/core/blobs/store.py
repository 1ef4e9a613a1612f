"""Putting and reading, whatever the storage."""

import hashlib
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from agentops.core.blobs.errors import BlobDamaged, BlobMissing
from agentops.core.models import Blob

_HEX = frozenset("0123456789abcdef")


def put(data: bytes, media_type: str) -> Blob:
    """Keep these bytes and return their row; the same bytes again return the row that is there.

    Raises `BlobsUnavailable` or another `OSError`; then there is no row.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    storage, name = storages["blobs"], _name(sha256)
    if not _is_whole(storage, name, data):
        storage.save(name, ContentFile(data))
    # The file comes first: a row without its file would be a promise broken by a crash.
    row, _ = Blob.objects.get_or_create(sha256=sha256, defaults={"size": len(data), "media_type": media_type})
    return row


def read(sha256: str) -> bytes:
    """The bytes under this name; raises `BlobMissing`, `BlobDamaged`, `BlobsUnavailable`."""
    name = _name(sha256)
    try:
        with storages["blobs"].open(name) as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise BlobMissing(f"The file {sha256[:12]} is not among the stored files.") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BlobDamaged(f"The file {sha256[:12]} was changed or cut after it was stored.")
    return data


def path(sha256: str) -> Path:
    """Where the file lies in the folder; raises `BlobMissing` for what is no name of a file, such as a path, and
    `NotImplementedError` where files lie in a bucket."""
    return Path(storages["blobs"].path(_name(sha256)))


def _name(sha256: str) -> str:
    if len(sha256) != 64 or not set(sha256) <= _HEX:
        raise BlobMissing("A file is named by the 64 hexadecimal digits of its SHA-256.")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _is_whole(storage: Storage, name: str, data: bytes) -> bool:
    # A damaged copy is written anew: whoever uploads the same file again repairs it.
    try:
        if storage.size(name) != len(data):
            return False
        with storage.open(name) as file:
            return bool(file.read() == data)
    except FileNotFoundError:
        return False
