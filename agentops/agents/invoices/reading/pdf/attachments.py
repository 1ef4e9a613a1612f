"""Files embedded in a PDF: the invoice XML among them, and what should not be there."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as raw

from ..refusals import Refused
from ..structured.paths import ROOTS

MAX_ATTACHMENTS = 50
MAX_ATTACHMENT_BYTES = 25 * 1024 * 1024
_DANGEROUS = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".scr", ".com", ".jar", ".ps1", ".hta", ".lnk", ".msi")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s>/]")
_INVOICE_ROOTS = {name.encode() for name in ROOTS}


@dataclass(frozen=True)
class Attachment:
    """One embedded file."""

    name: str
    data: bytes

    @property
    def is_invoice(self) -> bool:
        """Looks like an invoice XML; it is parsed as untrusted all the same."""
        head = self.data[:20_000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
        root = _ROOT.search(_COMMENT.sub(b"", head)) if head.startswith(b"<") else None
        return root is not None and root[1] in _INVOICE_ROOTS

    @property
    def is_dangerous(self) -> bool:
        return self.name.lower().endswith(_DANGEROUS) or self.data.startswith((b"MZ", b"\x7fELF"))


def attachments(document: Any) -> list[Attachment]:
    """All embedded files; raises `Refused` (too_large)."""
    count = raw.FPDFDoc_GetAttachmentCount(document.raw)
    if count > MAX_ATTACHMENTS:
        raise Refused("too_large", f"{count} attachments")
    handles = (raw.FPDFDoc_GetAttachment(document.raw, index) for index in range(max(0, count)))
    return [Attachment(_name(handle), _content(handle)) for handle in handles if handle]


def _name(handle: Any) -> str:
    size = raw.FPDFAttachment_GetName(handle, None, 0)
    buffer = ctypes.create_string_buffer(max(2, size))
    raw.FPDFAttachment_GetName(handle, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def _content(handle: Any) -> bytes:
    size = ctypes.c_ulong()
    if not raw.FPDFAttachment_GetFile(handle, None, 0, size):
        return b""
    if size.value > MAX_ATTACHMENT_BYTES:
        raise Refused("too_large", f"an attachment of {size.value // 2**20} MB")
    buffer = ctypes.create_string_buffer(max(1, size.value))
    if not raw.FPDFAttachment_GetFile(handle, buffer, size.value, size):
        return b""
    return buffer.raw[: size.value]
