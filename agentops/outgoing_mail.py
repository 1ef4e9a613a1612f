"""Where outgoing mail goes: files in a folder, or a mail server by setting."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from agentops.env import SettingUnusable

FOLDER = "django.core.mail.backends.filebased.EmailBackend"
SERVER = "django.core.mail.backends.smtp.EmailBackend"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}


class OutgoingMail(NamedTuple):
    """What Django wants to know of it."""

    backend: str = FOLDER
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starts_tls: bool = False
    is_tls: bool = False


def outgoing_mail(url: str, password: str) -> OutgoingMail:
    """From `smtp://user@host:port` or `smtps://…`; empty: the folder. Nothing crosses a network unencrypted.

    Raises `SettingUnusable`, which never repeats the value.
    """
    if not url:
        return OutgoingMail()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    except ValueError as error:
        raise SettingUnusable("AGENTOPS_SMTP is no address: write it as smtp://user@host:587.") from error
    if not host or parts.password is not None or parts.path not in ("", "/"):
        raise SettingUnusable(
            "AGENTOPS_SMTP names a user, a host and a port, nothing else: the password goes to AGENTOPS_SMTP_PASSWORD."
        )
    is_tls = parts.scheme == "smtps"
    starts_tls = not is_tls and host not in THIS_MACHINE
    return OutgoingMail(SERVER, host, port, unquote(parts.username or ""), password, starts_tls, is_tls)
