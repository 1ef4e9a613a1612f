"""A signed call taken in: checked, answered once, and every file or goal in it started through the one door.

The body is JSON: `{"type": "...", "timestamp": "...", "data": {"files": [{"name", "content"}], "claimed"?: {...},
"goal"?: "...", "input"?: {...}}}`, with `content` in base64. Files go to the source's agent one by one; a call without
files asks for one run with its goal.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from standardwebhooks import Webhook, WebhookVerificationError

from agentops.core.sealed import SealBroken
from agentops.webhooks.errors import BadCall, Unsigned
from agentops.webhooks.models import Received, Source
from agentops.webhooks.services.limiting import count_call
from runs.agents import UnknownAgent
from runs.intake import Taken, Unusable, claim_of, goal_of, input_of, printable, take_in
from runs.models import Run
from runs.points import durable
from runs.services import RequestKeyUsed, RunError, start_run

MOST_FILES = 20
LONGEST_ID = 200


def take_call(
    *, source_id: UUID, headers: Mapping[str, str], body: bytes, now: datetime
) -> tuple[dict[str, Any], bool]:
    """What the call started, and whether it had been taken before. Raises `Unsigned`, `TooOften`, `BadCall`."""
    source = Source.objects.select_related("requester").filter(pk=source_id, active=True).first()
    key = _verified(source, headers, body)
    assert source is not None  # noqa: S101 - nothing of an unknown source is verified
    count_call(source)
    said = _said_before(source, key, body)
    if said is not None:
        return said, True
    if not source.requester.is_active:
        raise BadCall("requester_inactive", "The service user of this source is not active.")
    # Each run is started under a key made of the call's own, so that a call repeated after a crash finds them again.
    answer = _told_why(source, key, _data(body), now)
    with durable("webhook.received"):
        _, made = Received.objects.get_or_create(
            source=source, webhook_id=key, defaults={"body": _digest(body), "answer": answer, "at": now}
        )
    return (answer, False) if made else (_said_before(source, key, body) or answer, True)


def is_expected(*, source_id: UUID, headers: Mapping[str, str]) -> bool:
    """Whether a body is worth reading at all: tens of megabytes are held for a source that is open, and for nobody
    else."""
    signed = all(headers.get(name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature"))
    return signed and Source.objects.filter(pk=source_id, active=True).exists()


def _verified(source: Source | None, headers: Mapping[str, str], body: bytes) -> str:
    """The call's id; raises `Unsigned` for an unknown source, a signature that does not fit, or a time long past."""
    key = headers.get("webhook-id", "")
    if source is None or not key or len(key) > LONGEST_ID:
        raise Unsigned
    try:
        secrets = source.secrets()
    except SealBroken:
        raise Unsigned from None
    for secret in secrets:
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):  # the library lets a malformed header through as ValueError
            continue
        return key
    raise Unsigned


def _said_before(source: Source, key: str, body: bytes) -> dict[str, Any] | None:
    said = Received.objects.filter(source=source, webhook_id=key).first()
    if said is None:
        return None
    if said.body != _digest(body):
        raise BadCall("id_reused", "This webhook-id was used for another message. Use a new id for a new message.")
    return dict(said.answer)


def _data(body: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadCall("not_json", "The body is not JSON.") from error
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, dict):
        raise BadCall("no_data", 'The body is an object with "type", "timestamp" and an object "data".')
    return data


def _told_why(source: Source, key: str, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What was started; whatever the caller can mend is a `BadCall` that says it."""
    try:
        return _started(source, key, data, now)
    except RequestKeyUsed as error:
        raise BadCall("id_reused", str(error)) from error
    except Unusable as error:
        raise BadCall(error.code, error.message) from error
    except UnknownAgent as error:
        raise BadCall("agent_gone", "The agent of this source is not installed any more.") from error
    except RunError as error:
        raise BadCall("goal_refused", str(error)) from error


def _started(source: Source, key: str, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    files = data.get("files", [])
    if not isinstance(files, list) or len(files) > MOST_FILES:
        raise BadCall("bad_files", f'"files" is a list of at most {MOST_FILES} objects with "name" and "content".')
    contents = [_content(one) for one in files]
    if not contents:
        return {"runs": [_run(_of_goal(source, key, data))], "refused": []}
    claimed = _claimed(data.get("claimed"))
    taken = [
        take_in(
            agent=source.agent,
            data=content,
            name=name,
            requester=source.requester,
            now=now,
            request_key=_request_key(source, key, number),
            claimed=claimed or None,
        )
        for number, (name, content) in enumerate(contents)
    ]
    return {
        "runs": [_run(one.run_id) for one in taken if one.run_id],
        "refused": [_refusal(one, name) for one, (name, _) in zip(taken, contents, strict=True) if not one.run_id],
    }


def _of_goal(source: Source, key: str, data: dict[str, Any]) -> UUID:
    goal, given = data.get("goal"), data.get("input", {})
    if not isinstance(goal, str) or not goal.strip() or not isinstance(given, dict):
        raise BadCall("nothing_to_do", 'Give "files", or a "goal" (text) with an "input" (object).')
    goal = goal_of(goal)
    return start_run(
        agent=source.agent,
        requester=source.requester,
        goal=goal,
        given=input_of(given),
        request_key=_request_key(source, key, 0),
        subject=" ".join(goal.split())[:120],
    )


def _claimed(said: Any) -> dict[str, Any]:
    """What the sender expects, by the rules of the pages. Raises `Unusable`."""
    if not isinstance(said, dict):
        return {}
    vendor, amount, currency = (str(said.get(name) or "") for name in ("vendor", "amount", "currency"))
    return claim_of(vendor, amount, currency)


def _content(one: Any) -> tuple[str, bytes]:
    if not isinstance(one, dict) or not isinstance(one.get("content"), str):
        raise BadCall("bad_files", 'Each file is an object with "name" and "content" (base64).')
    try:
        return printable(str(one.get("name") or "file")), base64.b64decode(one["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCall("bad_base64", f"The content of {str(one.get('name'))[:80]} is not base64.") from error


def _run(run_id: UUID) -> dict[str, Any]:
    return {"id": str(run_id), "number": Run.objects.values_list("number", flat=True).get(pk=run_id)}


def _refusal(taken: Taken, name: str) -> dict[str, Any]:
    return {"name": name, "code": taken.code, "message": taken.sentence, "intake": str(taken.problem_id)}


def _request_key(source: Source, key: str, number: int) -> str:
    return f"webhook:{hashlib.sha256(f'{source.pk}:{key}:{number}'.encode()).hexdigest()}"


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
