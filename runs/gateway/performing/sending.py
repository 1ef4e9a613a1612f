"""One call, made once: from the cache, from the provider, or not at all; what came of it, ready to be settled."""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable
from typing import Any

from agentops.core import blobs
from runs.gateway.answering import recorded
from runs.gateway.messages import Answer, Document, Request
from runs.gateway.performing import claiming, judging
from runs.gateway.performing.claiming import Claimed
from runs.gateway.performing.settling import Settlement
from runs.gateway.providers import Json, ProviderFailed, providers
from runs.models import ModelCall
from runs.points import point
from tools_registry.breaker import shared_breakers

# An answer of these kinds says that the provider is alive; it only will not do this.
ALIVE = frozenset({"rate_limited", "bad_request", "too_large", "grammar_too_large", "unknown_model", "malformed"})
CLOSES = frozenset({"rate_limited", "overloaded"})
Rows = Callable[[Callable[[], Any]], Awaitable[Any]]  # do it in a thread that has a connection


async def make(call: Claimed, *, closed: bool, rows: Rows, was_open: set[str]) -> Settlement:
    """Make one call; `closed`: the provider's breaker lets nothing through. Raises only what is a defect of ours."""
    if call.request is None:
        return judging.unavailable(call, "erased", "The question was erased before it was asked.")
    if call.original and (known := await rows(lambda: _known(call))):
        return judging.from_cache(call, known)
    if closed:
        return judging.unavailable(call, "breaker_open", f"{call.provider} does not answer at the moment.")
    try:
        wire = providers().get(call.provider).wire(call.request, call.model, call.how)
        held = documents_of(call.request)
        whole = await rows(lambda: with_documents(wire, held)) if held else wire
    except blobs.BlobMissing as error:
        return judging.unavailable(call, "document_missing", str(error))
    except (ValueError, TypeError, KeyError) as error:  # a schema that the provider's own words cannot say
        return judging.unavailable(call, "not_sendable", f"{type(error).__name__}: {error}")
    return await _send(call, call.request, wire, whole, rows, was_open)


async def _send(call: Claimed, request: Request, wire: Json, whole: Json, rows: Rows, was_open: set[str]) -> Settlement:
    provider, began = providers().get(call.provider), time.monotonic()
    try:
        point("model.sending")
        reply = await provider.send(whole)
        point("model.received")
        answer = provider.read(reply.body, request)
    except ProviderFailed as error:
        failure = error
        await rows(lambda: _tell_breaker(call.provider, failure))
        return judging.failed(call, failure, wire, _since(began))
    ms = _since(began)
    if call.provider in was_open:  # it may have been the probe, and then it closes the breaker: a row
        was_open.discard(call.provider)
        await rows(lambda: shared_breakers().worked(breaker_of(call.provider)))
    else:
        shared_breakers().worked(breaker_of(call.provider))  # counted here, told later
    return await rows(lambda: judging.answered(call, reply, answer, wire, ms))  # type: ignore[no-any-return]


def breaker_of(provider: str) -> str:
    """The name of the provider's breaker, among those of the tools."""
    return f"model:{provider}"


def _since(began: float) -> float:
    return (time.monotonic() - began) * 1000


def _tell_breaker(provider: str, failure: ProviderFailed) -> None:
    breakers = shared_breakers()
    breakers.worked(breaker_of(provider)) if failure.code in ALIVE else breakers.failed(breaker_of(provider))
    if failure.code in CLOSES and failure.retry_after:
        claiming.close_for(provider, failure.retry_after)


def _known(call: Claimed) -> Answer | None:
    """The answer of the earlier call, unless it was erased since."""
    original = ModelCall.objects.get(pk=call.original or call.id)
    answer = recorded(original.run_id, {"at": original.told_seq, "call": str(original.pk), "outcome": "unavailable"})
    return answer if answer.is_usable else None


def documents_of(request: Request) -> frozenset[str]:
    """Digests of the files that the request itself names."""
    return frozenset(part.blob for part in request.parts() if isinstance(part, Document))


def with_documents(value: Any, held: frozenset[str]) -> Any:
    """The body with its documents in it; what is recorded names them only. A text that looks like one stays a text."""
    if isinstance(value, list):
        return [with_documents(item, held) for item in value]
    if not isinstance(value, dict):
        return value
    blob = str(value.get("data", "")).removeprefix("blob:") if value.get("type") == "base64" else ""
    if blob in held:
        return {**value, "data": base64.standard_b64encode(blobs.read(blob)).decode()}
    return {name: with_documents(item, held) for name, item in value.items()}
