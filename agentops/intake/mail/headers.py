"""What a mail says about itself, as text that can be stored and shown. Data of strangers: it decides nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses

from agentops.intake.mail.parse import Part

LONGEST = 300
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The headers kept of a mail. `address` is the only address in From, in lower case, or empty."""

    sender: str = ""
    address: str = ""
    subject: str = ""
    sent: str = ""
    message_id: str = ""
    authentication: list[str] = field(default_factory=list)


def envelope(mail: Part) -> Envelope:
    """Never raises, whatever the headers are."""
    return Envelope(
        sender=plain(mail.get("From", "")),
        address=only_address(mail.get_all("From", [])),
        subject=plain(mail.get("Subject", "")),
        sent=plain(mail.get("Date", ""))[:100],
        message_id=plain(mail.get("Message-ID", "")),
        authentication=[plain(value, 1000) for value in mail.get_all("Authentication-Results", [])[:10]],
    )


def plain(value: object, longest: int = LONGEST) -> str:
    """A header as one printable line; what cannot be decoded stands as it is, signs nobody can print as �."""
    raw = str(value)[: longest * 12]
    try:
        pieces = [_decoded(text, charset) for text, charset in decode_header(raw)]
    except (HeaderParseError, ValueError, LookupError):
        pieces = [raw]
    line = _BLANK.sub(" ", "".join(pieces)).strip()
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
    return shown.encode("utf-8", "replace").decode()[:longest]


def only_address(values: list[str]) -> str:
    """The one address in these headers; empty where there is none, more than one, or anything odd."""
    found = getaddresses([str(value)[:2000] for value in values[:5]])
    addresses = {address.strip().lower() for _, address in found if address}
    if len(values) != 1 or len(addresses) != 1:
        return ""
    address = addresses.pop()
    return address if len(address) <= 254 and re.fullmatch(r"[!-?A-~]+@[a-z0-9.-]+", address) else ""


def _decoded(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return text.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return text.decode("utf-8", "replace")
