"""What a model worker does for batches: submit what was gathered, look at what is under way, settle what has ended."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from agentops.core.clock import db_now
from runs.gateway.batching import rows
from runs.gateway.batching.rows import Batch
from runs.gateway.performing import judging
from runs.gateway.performing.claiming import Claimed
from runs.gateway.performing.sending import documents_of, with_documents
from runs.gateway.performing.settling import Settlement, settle_calls
from runs.gateway.providers import Batches, Json, Provider, ProviderFailed, Reply, providers
from runs.points import point

Rows = Callable[[Callable[[], Any]], Awaitable[Any]]  # do it in a thread that has a connection
SKEW = timedelta(minutes=10)  # that a provider's clock may be off
log = logging.getLogger(__name__)


async def tend(name: str, in_rows: Rows, holder: str) -> float | None:
    """Do what is due for one provider's batches; seconds until the next look, None: nothing waits."""
    provider = providers().get(name)
    batches: Batches | None = getattr(provider, "batches", None)
    if batches is None:
        return None
    again: float | None = await in_rows(lambda: rows.next_look(name))
    if again is None or again > 0:
        return again
    now = await in_rows(db_now)
    if made := await in_rows(lambda: rows.gather(name, holder)):
        await _submit(provider, batches, made[0], made[1], in_rows)
    while batch := await in_rows(lambda: rows.take(name, now)):  # each once, however soon it is due again
        await _look(provider, batches, batch, in_rows)
    return await in_rows(lambda: rows.next_look(name))  # type: ignore[no-any-return]


async def _submit(provider: Provider, batches: Batches, batch: Batch, calls: list[Claimed], in_rows: Rows) -> None:
    bodies: dict[str, Json] = {}
    refused: list[Settlement] = []
    for call in calls:
        try:
            bodies[call.id.hex] = await _body(provider, call, in_rows)
        except Exception as error:  # a question that cannot be said is the run's to hear, and not the batch's
            refused.append(judging.unavailable(call, "not_sendable", f"{type(error).__name__}: {error}"))
    if refused:
        await in_rows(lambda: settle_calls(refused))
    if not bodies:
        await in_rows(lambda: rows.ended(batch))
        return
    if not await in_rows(lambda: rows.hold(batch)):
        return
    try:
        point("model.batch_submitting")
        found = await batches.submit(bodies)
        point("model.batch_accepted")
    except ProviderFailed as failure:
        if not failure.certain:
            log.warning("models.batch_in_doubt", extra={"batch": str(batch.id), "code": failure.code})
            return  # its lease lapses, and then the provider is asked
        none = [judging.failed(call, failure, None, 0.0) for call in calls if call.id.hex in bodies]
        await in_rows(lambda: settle_calls(none))
        await in_rows(lambda: rows.ended(batch))
        return
    await in_rows(lambda: rows.submitted(batch, found))


async def _body(provider: Provider, call: Claimed, in_rows: Rows) -> Json:
    if call.request is None:
        raise LookupError("the question was erased")
    wire, held = provider.wire(call.request, call.model, call.how), documents_of(call.request)
    return await in_rows(lambda: with_documents(wire, held)) if held else wire


async def _look(provider: Provider, batches: Batches, batch: Batch, in_rows: Rows) -> None:
    try:
        provider_id = batch.provider_id or await _found_again(provider, batches, batch, in_rows)
        if provider_id is None or not await batches.has_ended(provider_id):
            await in_rows(lambda: rows.later(batch))
            return
        results = await batches.results(provider_id)
    except ProviderFailed as failure:
        log.warning("models.batch_not_seen", extra={"batch": str(batch.id), "code": failure.code})
        await in_rows(lambda: rows.later(batch))
        return
    calls = await in_rows(lambda: rows.calls_of(batch))
    settled = [_settled(provider, call, results.get(call.id.hex)) for call in calls]
    for place in range(0, len(settled), 32):
        await in_rows(partial(settle_calls, settled[place : place + 32]))
    await in_rows(lambda: rows.ended(batch))


async def _found_again(provider: Provider, batches: Batches, batch: Batch, in_rows: Rows) -> str | None:
    """A batch that was begun, and nobody knows whether it was submitted: the provider is asked. None: it is not yet
    told. Submits it where the provider has certainly not got it."""
    calls = await in_rows(lambda: rows.calls_of(batch))
    if not calls:
        await in_rows(lambda: rows.ended(batch))
        return None
    ids = await batches.since(batch.created_at - SKEW)
    strange: list[str] = await in_rows(lambda: rows.unknown(batch.provider, ids))
    mine = {call.id.hex for call in calls}
    undecided = False
    for one in strange:
        if not await batches.has_ended(one):
            undecided = True  # what it holds is told only when it has ended
        elif mine & set(await batches.results(one)):
            await in_rows(partial(rows.submitted, batch, one))
            return one
    if not undecided:
        await _submit(provider, batches, batch, await _wanted(calls, in_rows), in_rows)
    return None


async def _wanted(calls: list[Claimed], in_rows: Rows) -> list[Claimed]:
    """Those that may still be sent. The others were never sent: they are due again, for when they may be."""
    unwanted: set[UUID] = await in_rows(lambda: rows.unwanted(calls))
    if unwanted:
        back = [judging.held_back(call) for call in calls if call.id in unwanted]
        await in_rows(lambda: settle_calls(back))
    return [call for call in calls if call.id not in unwanted]


def _settled(provider: Provider, call: Claimed, result: Json | None) -> Settlement:
    """What the batch says of one call. Nothing at all: it may be billed, as a call whose process died."""
    wire = provider.wire(call.request, call.model, call.how) if call.request else {}
    if result is None or call.request is None:
        return judging.lost(call)
    if result["type"] != "succeeded":
        return judging.failed(call, _failure(result), wire, 0.0)
    reply = Reply(result["message"], str(result["message"].get("id", "")))
    try:
        answer = provider.read(reply.body, call.request)
    except ProviderFailed as failure:
        return judging.failed(call, failure, wire, 0.0)
    return judging.answered(call, reply, answer, wire, 0.0)


def _failure(result: Json) -> ProviderFailed:
    """A call of a batch that was not answered is not billed."""
    told = ((result.get("error") or {}).get("error") or {}) if result["type"] == "errored" else {}
    code = str(told.get("type") or result["type"])
    message = str(told.get("message") or f"The provider's batch ended with this call {result['type']}.")
    return ProviderFailed(code[:40], message, certain=True, retry=code != "invalid_request_error", body=result)
