"""Limits on what one request, and one person in an hour, may upload: counted as the bytes stream in, never held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils import timezone

from agentops.web.formatting import size
from runs.intake import bytes_taken_in

HOUR = timedelta(hours=1)
LARGEST = 25 * 1024 * 1024  # of one file; the door says the same, and keeps the receipt of what is larger


@dataclass(frozen=True)
class Overflow:
    """Why nothing of this request was taken: `code` for machines, the message for the person."""

    code: str
    message: str


def overflow_of(request: HttpRequest) -> Overflow | None:
    """Whether this request brought more than it may; ask before using its files."""
    request.FILES  # noqa: B018 - reads the body, as it comes
    return getattr(request, "upload_overflow", None)


class UploadLimits(FileUploadHandler):
    """The first handler of every upload. Bytes beyond a limit are read off the wire and dropped."""

    why: Overflow | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count; nothing of a request that has overflowed is kept."""
        super().new_file(*args, **kwargs)
        self.here = 0
        if self.why is None:  # with the first file: most forms bring none, and nobody waits for what they may send
            assert self.request is not None  # noqa: S101 - Django gives it
            self.left, self.why = _allowance(self.request)
        if _overflowed(self.request):
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass on what fits: one byte more than a file may have, so that the door sees that it is too large."""
        self.left -= len(raw_data)
        if self.left < 0:
            self.request.upload_overflow = self.why  # type: ignore[union-attr]
            raise SkipFile
        room = LARGEST + 1 - self.here
        self.here += len(raw_data)
        return raw_data[:room] if room > 0 else None

    def file_complete(self, file_size: int) -> None:
        """The file itself is the business of the handlers that follow."""


def _allowance(request: HttpRequest) -> tuple[int, Overflow]:
    """How many bytes of files this request may bring, and what to say when there are more."""
    most = settings.UPLOAD_REQUEST_MB * 1024 * 1024
    said = f"Together these files are larger than {size(most)}. Nothing was taken. Send fewer at a time."
    whole = most, Overflow("request_too_large", said)
    user = getattr(request, "user", None)  # asked for before anybody is signed in, a form is read too
    if user is None or not user.is_authenticated:
        # Who shows a token is counted by the API; anybody else has nothing to send.
        known = hasattr(request, "api_token")  # the API's door has looked at it; a header alone says nothing
        return whole if known else (0, Overflow("not_signed_in", "Sign in first."))
    hourly = settings.UPLOAD_USER_MB_PER_HOUR * 1024 * 1024
    left = hourly - bytes_taken_in(user, since=timezone.now() - HOUR)
    if left >= most:
        return whole
    said = f"You may upload {size(hourly)} in an hour, and {size(max(0, left))} of that are left. Nothing was taken."
    return max(0, left), Overflow("allowance_used", f"{said} Send the rest later.")


def _overflowed(request: HttpRequest | None) -> bool:
    return getattr(request, "upload_overflow", None) is not None
