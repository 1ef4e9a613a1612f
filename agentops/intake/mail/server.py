"""One conversation with an IMAP server: every answer has a deadline, and so has the whole of it.

Only flags and moves that concern our own mails are sent: nothing another program marked as deleted is removed.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from agentops.intake.mail import caps
from agentops.intake.models import Mailbox, Tls
from agentops.intake.secrets import SecretMissing, password

ANSWER_SECONDS = 30.0
WHOLE_SECONDS = 300.0
HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class MailboxAway(Exception):
    """The mailbox cannot be looked at now; the message says why, for whoever set it up."""


class NotHandedOver(MailboxAway):
    """The server does not give us one mail; the others it may."""


class Server:
    """The opened folder of one mailbox."""

    def __init__(self, box: BaseMailBox, mailbox: Mailbox) -> None:
        self._box, self._client, self._mailbox = box, box.client, mailbox
        self.uidvalidity = self._validity()
        self._can = self._capabilities()

    def uids(self) -> list[int]:
        """Of every mail in the folder that nobody marked as deleted, oldest first."""
        return sorted(int(uid) for uid in self._box.uids("UNDELETED", None))

    def size(self, uid: int) -> int | None:
        """Octets of a mail; None if it has gone."""
        lines = self._fetch(uid, "(RFC822.SIZE)")
        found = [re.search(rb"RFC822\.SIZE (\d+)", line) for line in lines if isinstance(line, bytes)]
        return next((int(match[1]) for match in found if match), None)

    def raw(self, uid: int, *, headers: bool = False) -> bytes | None:
        """A mail, or the beginning of its headers, unread as it was; None if it has gone."""
        what = f"(BODY.PEEK[HEADER]<0.{caps.HEADER_BYTES}>)" if headers else "(BODY.PEEK[])"
        for item in self._fetch(uid, what):
            if isinstance(item, tuple) and len(item) > 1:
                return bytes(item[1])
        return None

    def file_away(self, uids: Sequence[int]) -> str:
        """Mark as seen and move to the folder of what is done; empty, or why that did not work."""
        if not uids:
            return ""
        every, folder = ",".join(map(str, uids)), self._mailbox.done_folder
        self._client.uid("STORE", every, "+FLAGS", r"(\Seen)")
        if self._moved(every, folder):
            return ""
        self._client.create(_spelled(folder))
        if self._moved(every, folder):
            return ""
        return f"Mails are taken, but cannot be moved to the folder {folder}: create it, or give the account the right."

    def _moved(self, every: str, folder: str) -> bool:
        name = _spelled(folder)
        if "MOVE" in self._can:
            return self._client.uid("MOVE", every, name)[0] == "OK"
        if self._client.uid("COPY", every, name)[0] != "OK":
            return False
        self._client.uid("STORE", every, "+FLAGS", r"(\Deleted)")
        if "UIDPLUS" in self._can:
            self._client.uid("EXPUNGE", every)
        return True

    def _fetch(self, uid: int, what: str) -> list[bytes | tuple[bytes, bytes] | None]:
        status, lines = self._client.uid("FETCH", str(uid), what)
        if status != "OK":
            raise NotHandedOver(f"The mail server did not hand over a mail (UID {uid}). It is asked again.")
        return list(lines)

    def _capabilities(self) -> set[str]:
        _, said = self._client.capability()  # asked again: servers offer more once somebody has signed in
        return {word.upper() for line in said if line for word in line.decode("ascii", "replace").split()}

    def _validity(self) -> int:
        _, said = self._client.response("UIDVALIDITY")
        if not said or not said[0]:
            raise MailboxAway("The mail server does not say UIDVALIDITY, so its mails cannot be told apart.")
        return int(said[0])


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Server]:
    """Sign in and open the folder; raises `MailboxAway` for whatever the server or the way to it does wrong."""
    box, watch = None, None
    try:
        box = _connect(mailbox)
        watch = threading.Timer(WHOLE_SECONDS, _hang_up, [box])
        watch.daemon = True
        watch.start()
        _sign_in(box, mailbox)
        yield Server(box, mailbox)
    except (ImapToolsError, imaplib.IMAP4.error, OSError, EOFError, ValueError) as error:
        raise MailboxAway(_in_words(error, mailbox)) from error
    finally:
        if watch:
            watch.cancel()
        if box:
            with suppress(Exception):
                box.client.logout()
            _hang_up(box)


def _connect(mailbox: Mailbox) -> BaseMailBox:
    host, port = mailbox.host.lower(), mailbox.port
    if host not in {allowed.lower() for allowed in settings.MAIL_HOSTS}:
        raise MailboxAway(f"{mailbox.host} is not among the mail servers this house talks to (AGENTOPS_MAIL_HOSTS).")
    if mailbox.tls == Tls.NONE:
        if host not in HERE:
            raise MailboxAway("Without TLS a mailbox is only read from this machine itself.")
        return MailBoxUnencrypted(host, port, timeout=ANSWER_SECONDS)
    context = ssl.create_default_context()
    if mailbox.tls == Tls.STARTTLS:
        return MailBoxStartTls(host, port, timeout=ANSWER_SECONDS, ssl_context=context)
    return MailBox(host, port, timeout=ANSWER_SECONDS, ssl_context=context)


def _sign_in(box: BaseMailBox, mailbox: Mailbox) -> None:
    try:
        word = password(mailbox.secret)
    except SecretMissing as missing:
        raise MailboxAway(str(missing)) from missing
    try:
        plain = word.isascii() and mailbox.user.isascii()
        (box.login if plain else box.login_utf8)(mailbox.user, word, None)
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        raise MailboxAway(f"The mail server refuses to sign {mailbox.user} in: check name and secret.") from error
    status, _ = box.client.select(_spelled(mailbox.folder))
    if status != "OK":
        raise MailboxAway(f"The account has no folder {mailbox.folder}.")


def _spelled(folder: str) -> str:
    """A folder's name as IMAP spells it: modified UTF-7, in quotes."""
    return encode_folder(folder).decode()


def _hang_up(box: BaseMailBox) -> None:
    with suppress(Exception):
        box.client.sock.shutdown(socket.SHUT_RDWR)
    with suppress(Exception):
        box.client.sock.close()


def _in_words(error: Exception, mailbox: Mailbox) -> str:
    where = f"{mailbox.host}:{mailbox.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {where} is not to be trusted: {error.verify_message}."
    if isinstance(error, ssl.SSLError):
        return f"{where} does not speak TLS the way this mailbox is set up."
    if isinstance(error, TimeoutError):
        return f"{where} does not answer in time."
    if isinstance(error, ConnectionRefusedError):
        return f"{where} refuses the connection: nothing listens there."
    if isinstance(error, socket.gaierror):
        return f"The name {mailbox.host} is not known to this machine."
    return f"The conversation with {where} broke off ({type(error).__name__})."
