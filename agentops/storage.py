"""Turns AGENTOPS_BLOBS into Django's dictionary of a storage: a bucket, or else the folder."""

from typing import Any
from urllib.parse import urlsplit


def storage_of_blobs(address: str, endpoint: str, region: str, key_id: str, secret: str) -> dict[str, Any]:
    """The storage `blobs` for `STORAGES`; `address` is `s3://bucket/prefix` or empty."""
    if not address:
        return {"BACKEND": "agentops.core.blobs.folder.Folder"}
    parts = urlsplit(address)
    options: dict[str, Any] = {"bucket_name": parts.netloc, "location": parts.path.strip("/")}
    given = {"endpoint_url": endpoint, "region_name": region, "access_key": key_id, "secret_key": secret}
    return {
        "BACKEND": "agentops.core.blobs.bucket.Bucket",
        "OPTIONS": options | {name: value for name, value in given.items() if value},
    }
