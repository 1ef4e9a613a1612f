"""Anthropic's Messages API: requests into its words, one call without retries, answers back.

The answer is taken as it came over the wire, not as the SDK's types: the SDK checks nothing by default, and what is
recorded is exactly what was said.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from runs.gateway.messages import (
    Answer,
    AnyPart,
    Data,
    Document,
    Message,
    Opaque,
    Outcome,
    Request,
    Returned,
    Tool,
    Used,
    Wanted,
    Words,
)
from runs.gateway.providers import Json, Reply, Setting
from runs.gateway.providers import anthropic_errors as errors
from runs.gateway.providers.anthropic_batches import AnthropicBatches

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
MOST_BYTES = 16 * 1024 * 1024  # of an answer
CONNECT = 5.0  # seconds
# What the models of each family bear for thinking: always on; only its beginning can be left out; can be turned off.
ALWAYS_THINKS = ("claude-opus-5-5", "claude-fable-5", "claude-mythos-5")
THINKS_BETWEEN_TOOLS = ("claude-sonnet-5-5",)
OUTCOMES = {
    "end_turn": Outcome.ANSWERED,
    "stop_sequence": Outcome.ANSWERED,
    "tool_use": Outcome.WANTS_TOOLS,
    "max_tokens": Outcome.TRUNCATED,
    "refusal": Outcome.DECLINED,
    "model_context_window_exceeded": Outcome.TOO_LONG,
    "pause_turn": Outcome.PAUSED,
}


class Anthropic:
    """One client per process, made when it is first needed."""

    name = "anthropic"

    def __init__(self) -> None:
        self._client: Any = None
        self.batches = AnthropicBatches(self._connected)

    def is_ready(self) -> bool:
        return bool(settings.ANTHROPIC_API_KEY) and (not settings.TEST or _is_loopback(settings.ANTHROPIC_URL))

    def wire(self, request: Request, model: str, how: Setting) -> Json:
        from anthropic import transform_schema

        body: Json = {
            "model": model,
            "max_tokens": request.most_tokens,
            "messages": [_turn(message) for message in request.messages],
        }
        if request.system:
            body["system"] = [{"type": "text", "text": part.text} for part in request.system]
        if request.tools:
            body["tools"] = [_tool(tool, how) for tool in request.tools]
            choice: Json = {"type": "auto" if request.may_call else "none"}
            if request.may_call and not request.in_parallel:
                choice["disable_parallel_tool_use"] = True
            body["tool_choice"] = choice
        output: Json = {"effort": request.effort} if request.effort else {}
        if request.output is not None:
            output["format"] = {"type": "json_schema", "schema": transform_schema(request.output)}
        if output:
            body["output_config"] = output
        if thinking := _thinking(model, request.thinks):
            body["thinking"] = thinking
        if request.stop_at:
            body["stop_sequences"] = list(request.stop_at)
        if request.keep:
            body["cache_control"] = {"type": "ephemeral", "ttl": request.keep}
        if how.region:
            body["inference_geo"] = how.region
        return body

    async def send(self, body: Json) -> Reply:
        import httpx2

        client = self._connected()
        try:
            # The SDK's own limit is for each read; an answer that trickles is bounded by this one. The body goes out as
            # it was recorded: `messages.create` would walk through it once more.
            async with asyncio.timeout(settings.MODEL_TIMEOUT.total_seconds()):
                answered = await client.post("/v1/messages", cast_to=httpx2.Response, body=body)
                raw = answered.content
        except TimeoutError:
            raise errors.timed_out() from None
        except Exception as error:
            raise errors.translated(error) from error
        request_id = answered.headers.get("request-id", "")
        if len(raw) > MOST_BYTES:
            raise errors.unreadable(f"it has {len(raw)} bytes, more than {MOST_BYTES}", request_id)
        try:
            found = orjson.loads(raw)
        except ValueError:
            raise errors.unreadable("it is not JSON", request_id) from None
        if not isinstance(found, dict):
            raise errors.unreadable("it is not an object", request_id)
        return Reply(found, request_id)

    async def count(self, body: Json) -> int:
        """Tokens of the question, as the provider counts them. Raises `ProviderFailed`."""
        kept = ("model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control")
        try:
            counted = await self._connected().messages.count_tokens(**{n: v for n, v in body.items() if n in kept})
        except Exception as error:
            raise errors.translated(error) from error
        return int(counted.input_tokens)

    def read(self, body: Json, request: Request) -> Answer:
        try:
            return _answer(body, request)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise errors.unreadable(f"{type(error).__name__}: {error}", "", body=body) from None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _connected(self) -> Any:
        if self._client is None:
            self._client = _client()
        return self._client


def _client() -> Any:
    import anthropic
    import httpx2

    from runs.gateway.providers.lanes import Lanes

    logging.getLogger("anthropic").setLevel(logging.INFO)  # at DEBUG the SDK writes whole questions into the log
    timeout = httpx2.Timeout(settings.MODEL_TIMEOUT.total_seconds(), connect=CONNECT, pool=None)
    address = _address()
    return anthropic.AsyncAnthropic(
        api_key=settings.ANTHROPIC_API_KEY,
        base_url=address,
        timeout=timeout,
        max_retries=0,  # a retry is a row, and a decision of ours
        http_client=anthropic.DefaultAsyncHttpxClient(
            base_url=address, timeout=timeout, transport=Lanes(), trust_env=not settings.TEST
        ),
    )


def _address() -> str:
    """Where the provider is. Raises `ImproperlyConfigured` for an address that must not be called from here."""
    address: str = settings.ANTHROPIC_URL
    if settings.TEST and not _is_loopback(address):
        raise ImproperlyConfigured(
            f"Under the profile `test` no real provider is called: {address} is not this machine."
        )
    if urlsplit(address).scheme != "https" and not _is_loopback(address):
        raise ImproperlyConfigured("AGENTOPS_ANTHROPIC_URL must be https, unless it is on this machine.")
    return address


def _is_loopback(address: str) -> bool:
    return urlsplit(address).hostname in LOOPBACK


# --- requests -------------------------------------------------------------------------------------


def _turn(message: Message) -> Json:
    role = "user" if message.who == "user" else "assistant"
    return {"role": role, "content": [_block(part) for part in message.parts]}


def _block(part: AnyPart) -> Json:
    match part:
        case Words(text=text) | Data(text=text):
            return {"type": "text", "text": text or " "}
        case Document():
            return _document(part)
        case Wanted():
            return {"type": "tool_use", "id": part.id, "name": part.tool, "input": part.args}
        case Returned():
            return {"type": "tool_result", "tool_use_id": part.id, "content": part.text, "is_error": part.failed}
        case Opaque():
            return part.body


def _document(part: Document) -> Json:
    source = {"type": "base64", "media_type": part.media_type, "data": f"blob:{part.blob}"}
    if part.media_type != "application/pdf":
        return {"type": "image", "source": source}
    block: Json = {"type": "document", "source": source, "citations": {"enabled": part.citations}}
    return {**block, "title": part.title} if part.title else block


def _tool(tool: Tool, how: Setting) -> Json:
    from anthropic import transform_schema

    schema = transform_schema(tool.takes) if how.strict else tool.takes
    told: Json = {"name": tool.name, "description": tool.description, "input_schema": schema}
    return {**told, "strict": True} if how.strict else told


def _thinking(model: str, wanted: bool | None) -> Json | None:
    if wanted is None or model.startswith(ALWAYS_THINKS):
        return None
    if wanted:
        return {"type": "adaptive"}
    return {"type": "between_tools" if model.startswith(THINKS_BETWEEN_TOOLS) else "disabled"}


# --- answers --------------------------------------------------------------------------------------


def _answer(body: Json, request: Request) -> Answer:
    if body["type"] != "message" or not isinstance(body["content"], list):
        raise ValueError("it is no message")
    stop = body["stop_reason"]
    outcome = OUTCOMES.get(stop)
    if outcome is None:
        raise ValueError(f"its stop reason {str(stop)[:40]!r} is unknown")
    parts = tuple(_part(block) for block in body["content"])
    text = "".join(part.text for part in parts if isinstance(part, Words))
    wanted = tuple(part for part in parts if isinstance(part, Wanted))
    details = body.get("stop_details") or {}
    found = Answer(
        outcome=outcome,
        text=text,
        wanted=wanted,
        cited=_cited(body["content"]),
        parts=parts,
        stop=str(stop),
        why=str(details.get("explanation") or "") if outcome is Outcome.DECLINED else "",
        code=str(details.get("category") or "") if outcome is Outcome.DECLINED else "",
        used=_used(body["usage"]),
        model=str(body["model"]),
    )
    if request.output is not None and outcome is Outcome.ANSWERED:
        return found.model_copy(update={"value": orjson.loads(text)})
    return found


def _part(block: Json) -> AnyPart:
    match block["type"]:
        case "text":
            return Words(text=block["text"] or " ")
        case "tool_use":
            return Wanted(id=block["id"], tool=block["name"], args=block["input"])
        case _:
            return Opaque(provider="anthropic", body=block)


def _cited(blocks: list[Json]) -> tuple[Json, ...]:
    return tuple(cite for block in blocks if block["type"] == "text" for cite in block.get("citations") or ())


def _used(usage: Json) -> Used:
    return Used(
        fresh=int(usage["input_tokens"]),
        out=int(usage["output_tokens"]),
        written=int(usage.get("cache_creation_input_tokens") or 0),
        written_for_long=int((usage.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0),
        cached=int(usage.get("cache_read_input_tokens") or 0),
    )
