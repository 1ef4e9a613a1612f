"""A POST under an Idempotency-Key: worked on once, answered the same each time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from agentops.api import replays
from agentops.api.bodies import digest_of
from agentops.api.problems import CONTENT_TYPE, Problem
from agentops.api.replays import Stored
from agentops.core.models import User

LONGEST = 200
REPLAYED = "Idempotent-Replayed"


@dataclass(frozen=True, slots=True)
class Work:
    """One POST at work: the key under which the runtime knows it, and the row that remembers it."""

    key: str = ""
    row: UUID | None = None

    def request_key(self, ordinal: int = 0) -> str | None:
        """What the runtime starts a run under, so that a repeat after a crash finds it; None without a key."""
        return f"api:{hashlib.sha256(self.key.encode()).hexdigest()[:48]}:{ordinal}" if self.key else None

    def goes_on(self) -> None:
        """Say that somebody is still at it."""
        replays.still_at_work(self.row)


def answer(status: int, body: BaseModel, **headers: str) -> Stored:
    """An answer as it is sent and kept; a header's name is written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items() if value}
    return Stored(status, orjson.dumps(body.model_dump(mode="json")).decode(), named)


def once(request: HttpRequest, owner: User, work: Callable[[Work], Stored]) -> HttpResponse:
    """Do the work, or give the answer it had. Raises `Problem` for a key that is used or at work."""
    key = _key(request)
    if key is None:
        return _sent(work(Work()))
    begun = _begun(owner, key, digest_of(request))
    if isinstance(begun, Stored):
        repeated = _sent(begun)
        repeated[REPLAYED] = "true"
        return repeated
    return _sent(_kept(begun, work, Work(key, begun)))


def _kept(row: UUID, work: Callable[[Work], Stored], mine: Work) -> Stored:
    try:
        done = work(mine)
    except Problem as refusal:
        done = Stored(refusal.status, orjson.dumps(refusal.body()).decode(), refusal.headers)
    except Exception:
        replays.give_up(row)
        raise
    # What may be otherwise a moment later (rights, load, our own faults) is no answer for ever.
    if done.status < 300 or done.status in (409, 422):
        replays.finish(row, done)
    else:
        replays.give_up(row)
    return done


def _begun(owner: User, key: str, request: str) -> Stored | UUID:
    try:
        return replays.begin(owner, key, request)
    except replays.KeyUsed as error:
        said = "This Idempotency-Key was used for another request. Use a new key for a new request."
        raise Problem(409, said, code="idempotency_key_used") from error
    except replays.AtWork as error:
        said = "The first request under this Idempotency-Key is still being worked on."
        wait = {"Retry-After": str(replays.RETRY)}
        raise Problem(409, said, code="request_in_progress", headers=wait) from error


def _key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST or not all("!" <= sign <= "~" for sign in key):
        raise Problem(422, f"An Idempotency-Key is 1 to {LONGEST} visible ASCII characters.", code="bad_key")
    return key


def _sent(done: Stored) -> HttpResponse:
    kind = CONTENT_TYPE if done.status >= 400 else "application/json"
    return HttpResponse(done.body, status=done.status, content_type=kind, headers=done.headers)
