"""How much of a mail is looked at. What is over a cap is a refusal with a code, never a crash."""

from typing import Final

MAIL_BYTES: Final = 40_000_000
HEADER_BYTES: Final = 256_000  # all headers of one part together
LINE_BYTES: Final = 64_000  # one header
STRUCTURE_BYTES: Final = 4_000  # one Content-* header: its grammar is read with effort that grows with its square
PARTS: Final = 200
SECONDS: Final = 10.0
CHUNK: Final = 65_536


class MailRefused(Exception):
    """A mail that is not taken apart. `code` is for machines, the message for the person who finds it in triage."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)
