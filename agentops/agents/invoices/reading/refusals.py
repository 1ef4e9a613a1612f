"""Why a file is refused at the door, each with a code and a sentence that says what to do."""

from __future__ import annotations

MAX_BYTES = 25 * 1024 * 1024
MAX_PAGES = 200
MAX_PIXELS = 40_000_000
MAX_UNPACK_RATIO = 200
MAX_UNPACKED_BYTES = 256 * 1024 * 1024

MESSAGES = {
    "empty_file": "The file is empty. Ask the sender for it again.",
    "corrupt_file": "The file is damaged and cannot be opened. Ask the sender for it again.",
    "encrypted": "The file is protected with a password. Ask the sender for one without.",
    "no_pages": "The document has no pages. Ask the sender for it again.",
    "too_many_pages": f"The document has more than {MAX_PAGES} pages. Split it, one invoice per file.",
    "too_large": "The file is too large, or unpacks to too much. Send a smaller one.",
    "xml_entities_forbidden": "The XML declares a document type or entities, which invoices never need. "
    "Ask the sender for plain XML.",
    "unsupported_type": "This is not a PDF, an image (PNG, JPEG, TIFF, WebP) or an invoice XML (CII, UBL). "
    "Send the invoice as one of these.",
    "invalid_encoding": "The text is not in the encoding that the file names. Ask the sender for it again.",
    "timeout": "Reading the file took too long and was stopped. Key the invoice in by hand.",
    "not_found": "There is no such file.",
    "not_a_file": "This is not a file that can be read.",
    "unavailable": "The reader could not be started. Try again.",
}


class Refused(Exception):
    """This file is not read; `code` is the reason, the message is for the person who sent it."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        self.message = f"{MESSAGES[code]} ({detail})" if detail else MESSAGES[code]
        super().__init__(f"{code}: {self.message}")
