"""Files in a bucket of an S3-compatible storage; imported only where a setting asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from agentops.core.blobs.errors import BlobsUnavailable

NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
PATIENCE = {"connect_timeout": 5, "read_timeout": 30, "retries": {"mode": "standard", "max_attempts": 3}}


class Bucket(S3Storage):  # type: ignore[misc]
    """A bucket and a prefix in it. Whatever goes wrong is `FileNotFoundError` or `BlobsUnavailable`."""

    def __init__(self, **options: Any) -> None:
        # Not every compatible storage knows the newer checksums; the hash is checked at each reading anyway.
        style = {"addressing_style": "path"} if options.get("endpoint_url") else {}
        config = Config(
            s3=style,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            **{**PATIENCE, **options.pop("patience", {})},
        )
        super().__init__(client_config=config, file_overwrite=True, default_acl=None, **options)

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""
        with _told(name):
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        """In bytes; raises `FileNotFoundError`."""
        with _told(name):
            return int(super().size(name))

    def _open(self, name: str, mode: str = "rb") -> File:
        with _told(name):
            answer = self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=self._key(name))
            return ContentFile(answer["Body"].read(), name)

    def _save(self, name: str, content: Any) -> str:
        with _told(name):
            self.connection.meta.client.put_object(
                Bucket=self.bucket_name, Key=self._key(name), Body=content.read(), ContentType=self.default_content_type
            )
        return name

    def _key(self, name: str) -> str:
        return f"{self.location.strip('/')}/{name}".lstrip("/")


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in NOT_THERE:
            raise FileNotFoundError(name) from error
        raise BlobsUnavailable(f"The storage of files refused us ({code}). Nothing was lost; try again.") from error
    except (BotoCoreError, Boto3Error) as error:
        why = type(error).__name__
        raise BlobsUnavailable(f"The storage of files does not answer ({why}). Nothing was lost; try again.") from error
