"""A mail taken apart by the standard library, with a count, a clock and a ruler standing beside it.

The library itself trusts its input: ten thousand parts, a header of megabytes or nested boundaries cost it memory
and time. So every part it makes is counted, every header measured before it is understood, and the bytes are fed in
pieces with a look at the clock between them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from email._policybase import Compat32
from email.message import Message
from email.parser import BytesFeedParser
from typing import TYPE_CHECKING

from agentops.intake.mail import caps
from agentops.intake.mail.caps import MailRefused

if TYPE_CHECKING:
    Part = Message[str, str]
else:
    Part = Message  # not generic at run time


def parse(raw: bytes) -> Part:
    """The mail as a tree of parts; raises `MailRefused`, and nothing else whatever the bytes are."""
    if len(raw) > caps.MAIL_BYTES:
        raise too_large(len(raw))
    if not raw.strip():
        raise MailRefused("mail_empty", "The mail is empty.")
    try:
        return _feed(raw)
    except MailRefused:
        raise
    except RecursionError as error:
        raise MailRefused("mail_too_many_parts", "The mail is nested too deep to be read.") from error
    except Exception as error:
        raise MailRefused("mail_broken", "The mail is not built as mails are, so it cannot be taken apart.") from error


def headers_of(raw: bytes) -> Part:
    """The headers alone, of a mail whose parts are not looked at; never raises."""
    top = raw[: caps.HEADER_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found: Part = Message()
    for line in _unfolded(top):
        name, colon, value = line.partition(b":")
        if colon and name.strip() and len(value) <= caps.LINE_BYTES and len(found) < 200:
            found[name.decode("latin-1").strip()] = value.decode("utf-8", "replace").strip()
    return found


def too_large(size: int) -> MailRefused:
    """The refusal of a mail beyond the cap."""
    return MailRefused(
        "mail_too_large",
        f"The mail has {size / 1e6:.0f} MB; at most {caps.MAIL_BYTES // 1_000_000} MB are taken. Only its beginning is "
        "kept here, the original is where it came from. Ask for the documents in smaller mails, or upload them.",
    )


class _Ruler(Compat32):
    """The library's plain policy, which hands each header over before anything reads it."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        limit = caps.STRUCTURE_BYTES if name.lower().startswith("content-") else caps.LINE_BYTES
        if len(value) > limit:
            raise MailRefused(
                "mail_header_too_large",
                f"The header {name[:40]!r} of the mail has {len(value)} characters; at most {limit} are read.",
            )
        return name, value


class _Count:
    """Makes the parts for the parser, so many and no more."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, policy: object = None) -> Part:
        self.made += 1
        if self.made > caps.PARTS:
            raise MailRefused("mail_too_many_parts", f"The mail has more than {caps.PARTS} parts.")
        return _Measured(policy=RULER)


class _Measured(Part):
    """A part whose headers are also measured together."""

    measured = 0

    def set_raw(self, name: str, value: str) -> None:
        self.measured += len(name) + len(value)
        if self.measured > caps.HEADER_BYTES:
            raise MailRefused("mail_header_too_large", "The headers of the mail are too large to be read.")
        super().set_raw(name, value)


RULER = _Ruler()


def _feed(raw: bytes) -> Part:
    parser = BytesFeedParser(_Count(), policy=RULER)
    until = time.monotonic() + caps.SECONDS
    for start in range(0, len(raw), caps.CHUNK):
        parser.feed(raw[start : start + caps.CHUNK])
        if time.monotonic() > until:
            raise MailRefused("mail_too_slow", "The mail takes too long to be taken apart.")
    return parser.close()


def _unfolded(top: bytes) -> Iterable[bytes]:
    line = b""
    for piece in top.split(b"\n"):
        if piece[:1] in (b" ", b"\t"):
            line += b" " + piece.strip()
            continue
        if line:
            yield line
        line = piece
    if line:
        yield line
