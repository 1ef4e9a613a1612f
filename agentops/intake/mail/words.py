"""What somebody wrote in a mail, as lines to be shown as a quotation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agentops.intake.mail.caps import MailRefused
from agentops.intake.mail.parse import parse
from agentops.intake.mail.spoken import text_of

FIRST_BYTES = 2_000_000  # of the mail: what people write stands before what they attach
LONGEST = 20_000  # characters
MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Words:
    """The lines of a mail's text. `is_cut`: there is more."""

    lines: tuple[str, ...] = ()
    is_cut: bool = False


def words_of(raw: bytes) -> Words:
    """Never raises, whatever the bytes are: a mail that cannot be taken apart has no words."""
    try:
        text = text_of(parse(raw[:FIRST_BYTES]))
    except MailRefused:
        return Words()
    except Exception:  # the library trusts its input, and a page must not fall over what a stranger wrote
        return Words()
    lines = tuple(_lines(text[:LONGEST]))
    return Words(lines[:MOST_LINES], is_cut=len(text) > LONGEST or len(lines) > MOST_LINES)


def _lines(text: str) -> Iterator[str]:
    blank = True
    for line in text.replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n"):
        # One empty line says as much as twenty.
        if line.strip() or not blank:
            yield line.rstrip()
        blank = not line.strip()
