"""Secrecy: no secret, and no clear personal data, in trail, queue or logs (I12); canaries are looked for by value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from bench.oracles.world import World

# What is written down for good, as text. Payloads are encrypted; their bytes are looked through all the same.
_PLACES = {
    "an audit entry": "SELECT stream || ' ' || seq, body FROM audit_entry WHERE body LIKE ANY(%s)",
    "a facet of the trail": "SELECT stream || ' ' || seq, value FROM audit_facet WHERE value LIKE ANY(%s)",
    "a model call": "SELECT id::text, error FROM runs_modelcall WHERE error LIKE ANY(%s)",
    "a tool call's error": "SELECT run_id::text, error FROM runs_toolcall WHERE error LIKE ANY(%s)",
}
_ENCRYPTED = "SELECT stream || ' ' || seq FROM audit_payload WHERE position(%s::bytea IN ciphertext) > 0"
_IBANS = "SELECT stream || ' ' || seq, body FROM audit_entry WHERE body ~ '[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}'"
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b")
VARIED = 8  # different characters of a secret worth looking for; test keys are one digit


def secrets_stay_secret(world: World) -> None:
    """I12."""
    secrets = {*world.canaries, *_of_the_house(world)}
    people = {str(row[0]) for row in world.rows("SELECT email FROM core_user WHERE kind = 'person'")}
    world.seen["secrets and names looked for"] = len(secrets | people)
    _in_database(world, secrets | people)
    _in_logs(world, secrets | people)
    _in_redis(world, secrets | people)
    if not secrets:
        world.unchecked("I12", "no secret of this house is known: name canaries with --canary")
    world.unchecked("I12", "personal data other than e-mail addresses of people and valid IBANs")


def _of_the_house(world: World) -> Iterator[str]:
    """Keys and passwords that this process was given, where they are no test's."""
    from django.conf import settings

    given = [settings.SECRET_KEY if settings.SECRET_KEY_GIVEN else "", settings.AUDIT_MAC_KEY.decode("latin-1")]
    given += [settings.PAYLOAD_KEY.hex(), *settings.REDACTION_CANARIES]
    given += [unquote(urlsplit(url).password or "") for url in (world.url, world.redis_url)]
    yield from (secret for secret in given if len(set(secret)) >= VARIED)


def _in_database(world: World, words: Iterable[str]) -> None:
    wanted = ["%" + re.sub(r"([%_\\])", r"\\\1", word) + "%" for word in words]
    for place, sql in _PLACES.items():
        for where, text in world.rows(sql, wanted) if wanted else ():
            world.wrong("I12", f"{place} ({where}) holds {_which(text, words)} in clear")
    for word in words:
        for (where,) in world.rows(_ENCRYPTED, word.encode()):
            world.wrong("I12", f"a payload ({where}) is not encrypted: {_shown(word)} stands in it")
    for where, body in world.rows(_IBANS):
        if any(_is_iban(found) for found in _IBAN.findall(body)):
            world.wrong("I12", f"an audit entry ({where}) holds an account number in clear")


def _in_logs(world: World, words: Iterable[str]) -> None:
    if not world.logs:
        world.unchecked("I12", "log files: name them with --log")
    for path in world.logs:
        text = path.read_text(errors="replace")
        for word in words:
            if word in text:
                world.wrong("I12", f"the log {path.name} holds {_shown(word)}")
    world.seen["log files"] = len(world.logs)


def _in_redis(world: World, words: Iterable[str]) -> None:
    import redis

    try:
        held = list(_held(redis.Redis.from_url(world.redis_url, socket_timeout=5)))
    except (redis.RedisError, ValueError):
        world.unchecked("I12", "the queue: Redis was not reached")
        return
    world.seen["keys in Redis"] = len(held)
    for name, value in held:
        for word in words:
            if word.encode() in name + value:
                world.wrong("I12", f"Redis holds {_shown(word)} under {name.decode(errors='replace')[:40]}")


def _held(client: Any) -> Iterator[tuple[bytes, bytes]]:
    readers = {
        b"string": client.get,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"stream": client.xrange,
    }
    for key in client.scan_iter(count=1000):
        read = readers.get(client.type(key))
        yield key, repr(read(key)).encode("latin-1", "replace") if read else b""


def _is_iban(text: str) -> bool:
    digits = "".join(str(int(sign, 36)) for sign in text[4:] + text[:4])
    return int(digits) % 97 == 1


def _which(text: str, words: Iterable[str]) -> str:
    return next((_shown(word) for word in words if word in text), "one of them")


def _shown(word: str) -> str:
    """Enough to know it again, and no more: this report is kept."""
    return f"{word[:3]}… ({len(word)} characters)"
