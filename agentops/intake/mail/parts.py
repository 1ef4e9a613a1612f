"""Which parts of a mail are documents. Logos, signatures and calendars are noted and left; archives are refused.

A photograph of an invoice often comes inline from a telephone, so an inline picture counts as decoration only where
it is small. What is left out is noted with its reason, and a mail of which everything was left out goes to a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from agentops.intake.mail.headers import plain
from agentops.intake.mail.parse import Part

TINY_IMAGE = 12_000  # bytes; no page that can be read is smaller
INLINE_IMAGE = 150_000
ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".cab", ".iso"})
ARCHIVE_TYPES = frozenset(
    {"application/zip", "application/x-zip-compressed", "application/gzip", "application/x-rar-compressed"}
    | {"application/vnd.rar", "application/x-7z-compressed", "application/x-tar", "application/ms-tnef"}
)
DECORATION = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
    | {"application/pgp-keys", "text/vcard", "text/x-vcard", "text/calendar", "message/delivery-status"}
    | {"message/disposition-notification", "text/rfc822-headers"}
)
ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file in a mail. `ignored` says why it is no document, `refused` why it cannot be one: code and sentence."""

    ordinal: int
    name: str
    media_type: str
    data: bytes
    ignored: tuple[str, str] | None = None
    refused: tuple[str, str] | None = None


def attachments(mail: Part) -> Iterator[Attachment]:
    """The files in a mail, in order; the text people wrote is none of them."""
    for ordinal, part in enumerate(leaves(mail)):
        media_type = part.get_content_type()
        name = name_of(part)
        if is_text_of_the_mail(part, media_type, name):
            continue
        data = _data(part, media_type)
        shown = name or f"attachment-{ordinal + 1}{_SUFFIX.get(media_type, '')}"
        yield Attachment(
            ordinal,
            shown,
            plain(media_type, 120),  # the sender's words: the database keeps no zero byte
            data,
            ignored=_decoration(part, media_type, name, data),
            refused=_never_opened(media_type, name, data),
        )


def leaves(part: Part) -> Iterator[Part]:
    """The parts that hold no others, in order."""
    # Not Message.walk(): it goes into mails inside mails, and by recursion.
    waiting = [part]
    while waiting:
        here = waiting.pop(0)
        inside = here.get_payload() if here.get_content_maintype() == "multipart" else None
        if isinstance(inside, list):
            waiting[:0] = [child for child in inside if not isinstance(child, str)]
        else:
            yield here


def name_of(part: Part) -> str:
    """What the sender calls a file; empty where they do not say."""
    try:
        return plain(part.get_filename() or "", 200)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def is_text_of_the_mail(part: Part, media_type: str, name: str) -> bool:
    """Whether this is what people wrote rather than a file."""
    asked = (part.get_content_disposition() or "").lower()
    return media_type in ("text/plain", "text/html", "text/enriched") and not name and asked != "attachment"


def _data(part: Part, media_type: str) -> bytes:
    if media_type.startswith("message/"):
        return _flat(part)
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        data = None
    if isinstance(data, bytes):
        return data
    return str(part.get_payload() or "").encode("utf-8", "surrogateescape")


def _flat(part: Part) -> bytes:
    try:
        return part.as_bytes()
    except (ValueError, LookupError, TypeError, RecursionError, AttributeError):
        return b""  # the mail around it is kept whole


def _decoration(part: Part, media_type: str, name: str, data: bytes) -> tuple[str, str] | None:
    if media_type in DECORATION:
        return "not_a_document", "A signature, a card, a date or a report of delivery is no document."
    if not data.strip() and not name:
        return "empty_part", "There is nothing in it."
    if not media_type.startswith("image/"):
        return None
    if len(data) < TINY_IMAGE:
        return "tiny_image", "A picture this small is a logo or a mark, not a page."
    inline = part.get_content_disposition() != "attachment" and bool(part.get("Content-ID"))
    if inline and len(data) < INLINE_IMAGE:
        return "inline_image", "A small picture that stands in the text of the mail is a logo, not a page."
    return None


def _never_opened(media_type: str, name: str, data: bytes) -> tuple[str, str] | None:
    if media_type.startswith("message/"):
        return "nested_mail", "A mail inside a mail is not opened. Forward its attachments, or upload them."
    if media_type.startswith("multipart/"):
        return "broken_part", "This part of the mail is not built as mails are, so it cannot be taken apart."
    if media_type in ENCRYPTED:
        return "encrypted_mail", "The mail is encrypted. Ask for it without encryption, or decrypt and upload it."
    suffix = PurePosixPath(name.lower()).suffix
    packed = data[:4] == b"PK\x03\x04" and suffix in ("", ".bin", ".dat")
    if suffix in ARCHIVES or media_type in ARCHIVE_TYPES or packed:
        return "archive", "Archives are not unpacked. Send or upload the documents one by one."
    return None


_SUFFIX = {"application/pdf": ".pdf", "application/xml": ".xml", "text/xml": ".xml", "image/jpeg": ".jpg"}
_SUFFIX |= {"image/png": ".png", "image/tiff": ".tif", "message/rfc822": ".eml"}
