"""The one way a reply leaves: the house's own mail, under a name made of the effect's key.

A mail server can neither be asked whether it took a mail nor does it drop a second one, so the tool that calls this is
of the class `once`: a crash between sending and recording asks a person, who finds the mail by its Message-ID.
"""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.urls import reverse

from tools_registry.results import ToolFailed, ToolRefused

from .drafting.phrases import phrases_of
from .facts import ReplyAbout
from .grounding import for_customer
from .policy import rules

SALT = "support.rating"
_MESSAGE_ID = re.compile(r"^<[!-;=?-~]{3,250}>$")


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply as it goes out."""

    to: str
    subject: str
    body: str
    about: ReplyAbout
    answers: str = ""  # Message-ID of what it answers


def send(letter: Letter, *, key: str) -> tuple[str, str]:
    """Hand it to the mail server; the Message-ID and the sender. Raises `ToolRefused`, `ToolFailed`."""
    sender, name = rules().reply_from, message_id(key)
    more = {"Message-ID": name, "X-Auto-Response-Suppress": "All"}
    if _MESSAGE_ID.match(letter.answers):
        more |= {"In-Reply-To": letter.answers, "References": letter.answers}
    mail = EmailMessage(letter.subject, text_of(letter), sender, [letter.to], headers=more)
    try:
        mail.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPHeloError) as error:
        raise ToolRefused("mail_refused", "The mail server refused the reply. Look at the address.") from error
    except ConnectionRefusedError as error:
        raise ToolFailed("mail_away", "The mail server does not answer.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise ToolFailed("mail_uncertain", "The mail server broke off. It may have taken it.", certain=False) from error
    return name, sender


def message_id(key: str) -> str:
    """The name of the mail: the same for the same effect, and nobody guesses another's."""
    return f"<{key[:40]}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}>"


def text_of(letter: Letter) -> str:
    """The whole text: the reply, who drafted it, and the link for a rating."""
    words, about = phrases_of(letter.about.language), letter.about
    parts = [for_customer(letter.body)]
    if about.disclosed:
        parts.append(words.disclosure)
    if about.rated:
        parts.append(f"{words.rate} {rating_link(about.ticket, about.number)}")
    return "\n\n".join(parts) + "\n"


def rating_link(ticket: str, number: int) -> str:
    """The address of the form for one reply; signed, so that nobody makes one up."""
    token = signing.dumps([ticket, number], salt=SALT, compress=False)
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('support:rate', args=[token])}"
