"""Secrets that must be kept to be used (a webhook's key, a mailbox's password): encrypted, bound to their place."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES: Final = 12


class SealBroken(ValueError):
    """The stored secret was made under another key, for another place, or changed since."""


def seal_secret(place: str, secret: str) -> bytes:
    """Encrypt `secret` so that it opens only at `place` (`webhook:<id>`), under the house's payload key."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_key()).encrypt(nonce, secret.encode(), place.encode())


def open_secret(place: str, sealed: bytes) -> str:
    """The secret sealed at `place`; raises `SealBroken`."""
    try:
        opened = AESGCM(_key()).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(
            f"The secret of {place} cannot be opened: it was stored under another AGENTOPS_PAYLOAD_KEY. Enter it again."
        ) from error
    return opened.decode()


def _key() -> bytes:
    # A key of its own, so that nothing sealed here could ever pass for a payload's key and the other way round.
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"agentops sealed secrets").derive(settings.PAYLOAD_KEY)
