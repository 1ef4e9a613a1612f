"""What a run was asked with, read as a ticket's first message: from a form, a program, or a mail.

Only the intake can say `mail` in a run's input, so what stands there about the sender is what the mail said. A customer
number counts where a program or a colleague gave it in its own field, never from anybody's text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_SUBJECT, LONGEST_TEXT = 300, 20_000
_ADDRESS = re.compile(r"[!-?A-~]+@[a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Incoming:
    """The first message of a ticket."""

    subject: str
    text: str
    sender: str
    customer: str
    channel: str
    message_id: str = ""
    references: tuple[str, ...] = ()


def incoming(given: Mapping[str, Any], goal: str = "") -> Incoming:
    """Never raises, whatever the input holds; a run asked for in words alone has them as its text."""
    found = given.get("message")
    said: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    by_mail = isinstance(given.get("mail"), Mapping)
    references = said.get("references")
    return Incoming(
        subject=_line(said.get("subject"), LONGEST_SUBJECT),
        text=_text(said.get("text")) or _text(goal),
        sender=address(_line(said.get("from"), 254)),
        customer="" if by_mail else _line(said.get("customer"), 40),
        channel="mail" if by_mail else "form" if said.get("form") is True else "api",
        message_id=_line(said.get("id"), 300),
        references=tuple(_line(one, 300) for one in references[-50:]) if isinstance(references, list) else (),
    )


def address(text: str) -> str:
    """An e-mail address in small letters; empty where it is none."""
    low = text.strip().lower()
    return low if len(low) <= 254 and _ADDRESS.fullmatch(low) else ""


def _line(value: Any, most: int) -> str:
    return " ".join(_text(value).split())[:most]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    shown = value.replace("\r\n", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return "".join(sign for sign in shown if sign.isprintable() or sign in "\n\t").strip()[:LONGEST_TEXT]
