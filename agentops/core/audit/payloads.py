"""What may hold personal data: kept apart from events, encrypted under keys that can be destroyed.

The event keeps a commitment, SHA-256 over a random salt and the payload. The salt lies inside the encrypted
payload: with the key destroyed nobody can guess what was committed to, and the chain still verifies.
"""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from agentops.core.audit.models import AuditPayload
from agentops.core.audit.trail import Actor, Event, append
from agentops.core.hashing import canonical_json, plain
from agentops.core.ids import uuid7

_SALT_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class PayloadErased(LookupError):
    """The key of this payload was destroyed: nobody can read it any more."""


class PayloadMissing(LookupError):
    """There is no such payload."""


class PayloadDamaged(ValueError):
    """The stored payload is not the one that was written, or was written under another master key."""


class Commitment(NamedTuple):
    """What an event keeps of a payload (`hex`), and what `store` needs to keep the payload itself."""

    hex: str
    salt: bytes
    payload: bytes


def commit(payload: Any) -> Commitment:
    """Commit to a payload; put `hex` into the event's `commits` and give the whole to `store`."""
    salt, spelled = os.urandom(_SALT_BYTES), canonical_json(plain(payload))
    return Commitment(hashlib.sha256(salt + spelled).hexdigest(), salt, spelled)


def store(stream: str, seq: int, subject: str, commitment: Commitment, *, name: str = "payload") -> None:
    """Keep the payload of entry `seq`, encrypted under the subject's key.

    `name` is its name in the event's `commits`; `subject` is whom erasure would concern, as a neutral
    key (`vendor:<id>`), never a name or an address.
    """
    key_id, key = _living_key(subject)
    sealed = encrypt(key, stream, name, commitment)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_payload_write(%s, %s, %s, %s, %s)", [stream, seq, name, key_id, sealed])


def read(stream: str, seq: int, *, name: str = "payload") -> Any:
    """The payload as it was committed to; raises `PayloadErased`, `PayloadMissing`, `PayloadDamaged`."""
    row = AuditPayload.objects.select_related("key").filter(stream=stream, seq=seq, name=name).first()
    if row is None:
        raise PayloadMissing(f"{stream} {seq} has no payload {name}.")
    if row.key.wrapped_key is None:
        raise PayloadErased(f"The payload {name} of {stream} {seq} was erased on {row.key.destroyed_at:%Y-%m-%d}.")
    key = unwrap_key(row.key_id, bytes(row.key.wrapped_key))
    return orjson.loads(decrypt(key, stream, name, bytes(row.ciphertext)).payload)


def read_several(stream: str, seqs: Iterable[int], *, name: str | Collection[str] = "payload") -> dict[int, Any]:
    """The payloads with this name (or one of these) of these entries of one stream, by entry, in one query; without
    what was erased or never there.

    Raises `PayloadDamaged`.
    """
    names = [name] if isinstance(name, str) else list(name)
    rows = AuditPayload.objects.select_related("key").filter(stream=stream, seq__in=list(seqs), name__in=names)
    return {
        row.seq: orjson.loads(
            decrypt(unwrap_key(row.key_id, bytes(row.key.wrapped_key)), stream, row.name, bytes(row.ciphertext)).payload
        )
        for row in rows
        if row.key.wrapped_key is not None
    }


def destroy_key(subject: str, *, by: Actor, reason: str) -> bool:
    """Erase all payloads of a subject for ever and write that down; False if there was no key.

    Raises `NotInTransaction`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_key_destroy(%s)", [subject])
        destroyed = bool(cursor.fetchone()[0])
    if destroyed:
        _keys.clear()
        append(
            "erasure",
            Event(action="payload.erased", actor=by, object=("subject", subject, None), reason=reason),
        )
    return destroyed


def encrypt(key: bytes, stream: str, name: str, commitment: Commitment) -> bytes:
    """Nonce and ciphertext, bound to the stream, the name and the commitment."""
    nonce = os.urandom(_NONCE_BYTES)
    bound = _bound(stream, name)
    return nonce + AESGCM(key).encrypt(nonce, commitment.salt + commitment.payload, bound)


def decrypt(key: bytes, stream: str, name: str, ciphertext: bytes) -> Commitment:
    """The commitment as it was encrypted; raises `PayloadDamaged`."""
    try:
        opened = AESGCM(key).decrypt(ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:], _bound(stream, name))
    except (InvalidTag, ValueError) as error:
        raise PayloadDamaged(f"The payload {name} in {stream} cannot be opened.") from error
    return Commitment(hashlib.sha256(opened).hexdigest(), opened[:_SALT_BYTES], opened[_SALT_BYTES:])


def _bound(stream: str, name: str) -> bytes:
    return f"{stream}\n{name}".encode()


def _living_key(subject: str) -> tuple[UUID, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, wrapped_key FROM audit_key WHERE subject = %s AND destroyed_at IS NULL", [subject])
        found = cursor.fetchone()
        if found is None:
            made_id = uuid7()
            cursor.execute("SELECT * FROM audit_key_open(%s, %s, %s)", [made_id, subject, fresh_key(made_id)[1]])
            found = cursor.fetchone()
    return found[0], unwrap_key(found[0], bytes(found[1]))


def fresh_key(key_id: UUID) -> tuple[bytes, bytes]:
    """A new key for a subject that has none, and its wrapped form, which `audit_key_open` keeps."""
    key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE_BYTES)
    return key, nonce + AESGCM(_master()).encrypt(nonce, key, key_id.bytes)


def unwrap_key(key_id: UUID, wrapped: bytes) -> bytes:
    """A subject's key from its wrapped form; raises `PayloadDamaged` where the master key is another."""
    if key := _keys.get(wrapped):
        return key
    try:
        key = AESGCM(_master()).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], key_id.bytes)
    except (InvalidTag, ValueError) as error:
        raise PayloadDamaged("A payload key cannot be opened: was PAYLOAD_KEY changed?") from error
    _keys[wrapped] = key
    while len(_keys) > _MOST_REMEMBERED:
        _keys.popitem(last=False)
    return key


# Unwrapped keys by their wrapped form, so that a key that is gone from the database is found no more.
_keys: "OrderedDict[bytes, bytes]" = OrderedDict()
_MOST_REMEMBERED: Final = 1000


def _master() -> bytes:
    # Whatever the length of the setting, AES gets 256 bits of it.
    if len(settings.PAYLOAD_KEY) < 32:
        raise ImproperlyConfigured("PAYLOAD_KEY has fewer than 32 bytes: anybody could read the payloads.")
    return hashlib.sha256(b"agentops payload master key\x00" + settings.PAYLOAD_KEY).digest()
