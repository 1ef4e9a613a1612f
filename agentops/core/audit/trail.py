"""Writing the trail: an event is sealed in pure Python and appended in the transaction of its change.

Streams named `run:<uuid>` have their head in the run's row: the runtime seals the event for the place it
expects and calls the SQL function `audit_write` in the statement that moves the run on, row locked first:

    WITH r AS MATERIALIZED (SELECT id, audit_seq, audit_head FROM runs_run WHERE ... FOR UPDATE),
         w AS MATERIALIZED (
             SELECT audit_write('run:' || r.id, r.audit_seq + 1, r.audit_head, ...) AS head FROM r)
    UPDATE runs_run SET audit_seq = r.audit_seq + 1, audit_head = w.head FROM r, w WHERE runs_run.id = r.id

because an UPDATE that has to wait for another computes its SET clause twice, and would write the entry twice.
Every other stream has its head in `audit_stream`, and `append` does it all.
"""

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from agentops.core.clock import database_time
from agentops.core.hashing import canonical_json
from agentops.core.ids import uuid7

if TYPE_CHECKING:
    from agentops.core.models import User

# 2: what names the entry is not repeated in it. An entry sealed for its place has no `id`, and one in a run's own
# stream no `run`; a checkpoint tells its rows by `rows` (runs/checkpoints.py). Entries of version 1 stay as they are.
VERSION: Final = 2
GENESIS: Final = bytes(32)  # the hash before the first entry


class NotInTransaction(RuntimeError):
    """An event was to be written outside the transaction of the change it tells of."""


class Actor(NamedTuple):
    """Who did it: a person, a service user, or a part of the program; named by id, never by name."""

    type: str
    id: str
    session: str | None = None
    level: str | None = None

    @classmethod
    def system(cls, name: str) -> "Actor":
        """A part of the program itself."""
        return cls("system", name)

    @classmethod
    def of(cls, user: "User", *, session: str | None = None, level: str | None = None) -> "Actor":
        """A person or a service user."""
        return cls(str(user.kind), str(user.id), session, level)

    @property
    def key(self) -> str:
        """What the trail is searched by: `person:<id>`."""
        return f"{self.type}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened. It is kept for ever, so nothing here is personal data: that goes to payloads."""

    action: str
    actor: Actor
    on_behalf_of: str | None = None
    object: tuple[str, str, str | int | None] | None = None  # type, id, version
    run: UUID | str | None = None
    step: str | int | None = None
    epoch: int | None = None
    policy: str | None = None  # hash of the policy version
    model: tuple[str, str] | None = None  # name, hash of the prompt
    action_hash: str | None = None
    effect_key: str | None = None
    decision: str | None = None
    reason: str | None = None
    request_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)  # name of a payload or row -> commitment or digest
    facets: tuple[str, ...] = ()  # "document=<sha256>", "counterparty=<key>"


class Sealed(NamedTuple):
    """An event as the SQL functions take it."""

    body: str
    mac: bytes
    at: datetime
    action: str
    actor: str
    facets: list[str] | None


def seal(stream: str, event: Event, at: datetime, *, seq: int | None = None) -> Sealed:
    """The event in its canonical spelling, authenticated for this stream; touches no database.

    With `seq` the place in the stream is authenticated too, so that nobody without the key can move or drop
    the entry unseen, and the database refuses it elsewhere. Raises `TypeError` for data without one spelling.
    """
    body = canonical_json(_as_body(stream, event, at, seq))
    mac = hmac.digest(_mac_key(), stream.encode() + b"\n" + body, "sha256")
    return Sealed(body.decode(), mac, at, event.action, event.actor.key, list(dict.fromkeys(event.facets)) or None)


def entry_hash(stream: str, seq: int, prev: bytes, body: str, mac: bytes) -> bytes:
    """The hash that an entry at this place has, and the head its stream has with it; the database computes the same."""
    parts = (
        b"\x00",
        _sha(stream.encode()),
        seq.to_bytes(8, "big", signed=True),
        prev,
        _sha(body.encode()),
        _sha(mac),
    )
    return _sha(b"".join(parts))


def append(stream: str, event: Event, at: datetime | None = None) -> int:
    """Write the event at the end of its stream, locked until the transaction ends; return its place.

    Heads are locked last of all: call it after every other lock is held. Raises `NotInTransaction`.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"{event.action} shares the transaction of the change it tells of, and there is none.")
    at = at or database_time()
    place = _expected.get(stream, 0) + 1
    seq = _try_append(seal(stream, event, at, seq=place), stream, place)
    if seq < 0:  # somebody else wrote meanwhile: the stream is locked now, and this is its next place
        seq = _try_append(seal(stream, event, at, seq=-seq), stream, -seq)
    _remember(stream, seq)
    return seq


def iso(at: datetime) -> str:
    """A time as bodies spell it: UTC, with microseconds. Raises `ValueError` for one without a zone."""
    if at.tzinfo is None:
        raise ValueError("A time in the trail has a time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _mac_key() -> bytes:
    key: bytes = settings.AUDIT_MAC_KEY
    if len(key) < 32:
        raise ImproperlyConfigured("AUDIT_MAC_KEY has fewer than 32 bytes: anybody could forge the trail.")
    return key


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _as_body(stream: str, event: Event, at: datetime, seq: int | None) -> dict[str, Any]:
    actor = {"type": event.actor.type, "id": event.actor.id}
    if event.actor.session is not None:
        actor["session"] = event.actor.session
    if event.actor.level is not None:
        actor["auth_level"] = event.actor.level
    body: dict[str, Any] = {
        "v": VERSION,
        "at": iso(at),
        "action": event.action,
        "actor": actor,
    }
    if seq is None:
        body["id"] = str(uuid7())
    else:  # stream and place name it
        body["_seq"] = seq  # sorts before every other name, where the database looks for it
    for name in _OPTIONAL:
        value = getattr(event, name)
        if value is not None:
            body[name] = value
    if event.run is not None and stream != f"run:{event.run}":
        body["run"] = event.run
    if event.reason is not None:
        body["reason_code"] = event.reason
    if event.object is not None:
        body["object"] = dict(zip(("type", "id", "version"), event.object, strict=True))
    if event.model is not None:
        body["model"] = {"name": event.model[0], "prompt_hash": event.model[1]}
    if event.data:
        body["data"] = event.data
    if event.commits:
        body["commit"] = event.commits
    if event.facets:
        if not all("=" in facet for facet in event.facets):
            raise TypeError(f"A facet is written kind=value: {event.facets}")
        body["facets"] = event.facets
    return body


_OPTIONAL: Final = (
    "on_behalf_of", "step", "epoch", "policy", "action_hash", "effect_key", "decision", "request_id",
)  # fmt: skip


def _try_append(sealed: Sealed, stream: str, place: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_append(%s, %s, %s, %s, %s, %s, %s, %s)",
            [stream, sealed.body, sealed.mac, sealed.at, sealed.action, sealed.actor, sealed.facets, place],
        )
        return int(cursor.fetchone()[0])


# Where this process last saw each stream end: a guess that saves a round trip and never decides anything.
_expected: "OrderedDict[str, int]" = OrderedDict()
_MOST_REMEMBERED: Final = 1000


def _remember(stream: str, seq: int) -> None:
    _expected[stream] = seq
    _expected.move_to_end(stream)
    while len(_expected) > _MOST_REMEMBERED:
        _expected.popitem(last=False)
