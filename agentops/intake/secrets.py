"""Passwords of other houses: one file each in the folder of secrets, read when needed, kept nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from agentops.intake.models.ways import SECRET_NAME


class SecretMissing(LookupError):
    """The file is not there, is empty, or holds what is no password; the message says which file to make."""


def password(name: str) -> str:
    """The first line of the file of this name; raises `SecretMissing`."""
    if not re.fullmatch(SECRET_NAME, name):
        raise SecretMissing("A secret is named by small letters, digits, - and _.")
    file = Path(settings.SECRETS_DIR) / name
    try:
        line = file.read_bytes()[:4096].decode().strip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise SecretMissing(
            f"The secret {name} cannot be read: put the password into the file {name} in the folder that "
            "AGENTOPS_SECRETS_DIR names, readable by this program."
        ) from None
    if not line or not line.isprintable():
        raise SecretMissing(f"The file of the secret {name} must hold one line with the password.")
    return line


def names() -> list[str]:
    """The secrets there are, for a form; never what is in them."""
    try:
        there = sorted(file.name for file in Path(settings.SECRETS_DIR).iterdir() if file.is_file())
    except OSError:
        return []
    return [name for name in there if re.fullmatch(SECRET_NAME, name)]
