"""A local server that speaks Anthropic's Messages API: what a provider says, does wrong and fails to do.

Requests are held to the SDK's own types, and so are its good answers; a request that the real API refuses is refused.
`python -m tests.providers.messages --delay 1` serves alone and prints its port.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Self

from anthropic.types import (
    DocumentBlockParam,
    ImageBlockParam,
    Message,
    TextBlockParam,
    ThinkingBlockParam,
    ToolParam,
    ToolResultBlockParam,
    ToolUseBlockParam,
)
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse
from pydantic import TypeAdapter, ValidationError

VERSION = "2026-10-21"
KEY = "local-key"
BLOCKS = {
    "text": TextBlockParam,
    "image": ImageBlockParam,
    "document": DocumentBlockParam,
    "tool_use": ToolUseBlockParam,
    "tool_result": ToolResultBlockParam,
    "thinking": ThinkingBlockParam,
}
NEVER_FORCED = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1")
ALWAYS_THINKS = ("claude-opus-5-5", "claude-fable-5")
KINDS = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    413: "request_too_large", 429: "rate_limit_error", 500: "api_error", 529: "overloaded_error",
}  # fmt: skip
_numbers = itertools.count(1)


@dataclass
class Said:
    """One answer: `body` as JSON or as raw bytes, after a while; `drop` breaks the connection instead."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False
    trickle: float = 0.0  # seconds between the bytes of the answer


Script = Callable[[dict[str, Any]], Said]


def message(*content: dict[str, Any], stop: str = "end_turn", model: str = "claude-haiku-5-5", **more: Any) -> Said:
    """A good answer, which the SDK's own type accepts."""
    usage = {"input_tokens": 100, "output_tokens": 20, **more.pop("usage", {})}
    body = {
        "id": f"msg_{next(_numbers)}", "type": "message", "role": "assistant", "model": model,
        "content": list(content), "stop_reason": stop, "stop_sequence": None, "usage": usage, **more,
    }  # fmt: skip
    Message.model_validate(body, strict=True)
    return Said(body)


def text(words: str, **more: Any) -> Said:
    return message({"type": "text", "text": words}, **more)


def tool_use(name: str, args: dict[str, Any], **more: Any) -> Said:
    block = {"type": "tool_use", "id": f"toolu_{next(_numbers)}", "name": name, "input": args}
    return message(block, stop="tool_use", **more)


def refusal(why: str = "It may do harm.") -> Said:
    return message(stop="refusal", stop_details={"type": "refusal", "category": "cyber", "explanation": why})


def error(status: int, words: str = "no", **headers: str) -> Said:
    """A refusal of the API; `retry_after="2"` becomes the header."""
    body = {"type": "error", "error": {"type": KINDS.get(status, "api_error"), "message": words}, "request_id": "req_e"}
    return Said(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


class Messages:
    """The server, in a thread of its own; `script` says what it answers, `asked` what it was asked."""

    def __init__(self, script: Script | None = None) -> None:
        self.script: Script = script or (lambda body: text("Hello."))
        self.asked: list[dict[str, Any]] = []
        self.batches: dict[str, dict[str, Any]] = {}  # by id: the requests, and how often it was looked at
        self.looks = 0  # at a batch until it has ended
        self.flying = self.most_flying = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(30)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._connected, "127.0.0.1", self.port, limit=2**26)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)  # connections that clients keep, and answers nobody waits for any more
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = json.loads(await reader.readexactly(int(headers.get("content-length", "0"))) or b"{}")
        self.asked.append(body)
        self.flying += 1
        self.most_flying = max(self.flying, self.most_flying)
        try:
            said = self._answer(first.split(" ")[1], headers, body)
            if said.delay:
                await asyncio.sleep(said.delay)
            if said.drop:
                return False
            await _send(writer, said)
        finally:
            self.flying -= 1
        return True

    def _answer(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Said:
        if headers.get("authorization") != f"Bearer {KEY}":
            return error(401, "invalid x-api-key")
        if headers.get("anthropic-version") != VERSION:
            return error(400, "anthropic-version is unknown")
        if path.startswith("/v1/messages/batches"):
            return self._batch(path, body)
        if path.endswith("/count_tokens"):
            return Said({"input_tokens": len(json.dumps(body)) // 4})
        wrong = problem(body)
        return error(400, wrong) if wrong else self.script(body)

    def _batch(self, path: str, body: dict[str, Any]) -> Said:
        """Message Batches: made, listed, looked at and read; answers are the script's."""
        _, _, rest = path.partition("?")[0].partition("/v1/messages/batches")
        name, _, what = rest.strip("/").partition("/")
        if not name and body:
            wrong = [problem(one["params"]) for one in body["requests"]]
            if any(wrong) or len({one["custom_id"] for one in body["requests"]}) != len(wrong):
                return error(400, next(filter(None, wrong), "custom_id: must be unique"))
            made = {"requests": body["requests"], "left": self.looks, "at": datetime.now(UTC).isoformat()}
            name = f"msgbatch_{next(_numbers)}"
            self.batches[name] = made
            return Said(_batch(name, made))
        if not name:
            rows = [_batch(*one) for one in reversed(self.batches.items())]
            return Said({"data": rows, "has_more": False, "first_id": None, "last_id": None})
        one = self.batches.get(name)
        if one is None:
            return error(404, "no such batch")
        if what == "results":
            return Said("\n".join(json.dumps(self._result(asked)) for asked in one["requests"]).encode())
        one["left"] -= 1
        return Said(_batch(name, one))

    def _result(self, asked: dict[str, Any]) -> dict[str, Any]:
        said = self.script(asked["params"])
        good = said.status == 200
        result = {"type": "succeeded", "message": said.body} if good else {"type": "errored", "error": said.body}
        found = {"custom_id": asked["custom_id"], "result": result}
        MessageBatchIndividualResponse.model_validate(found)
        return found


def _batch(name: str, one: dict[str, Any]) -> dict[str, Any]:
    done, count = one["left"] < 0, len(one["requests"])
    body = {
        "id": name, "type": "message_batch", "processing_status": "ended" if done else "in_progress",
        "request_counts": {
            "processing": 0 if done else count, "succeeded": count if done else 0, "errored": 0, "canceled": 0,
            "expired": 0,
        },
        "created_at": one["at"], "expires_at": one["at"], "ended_at": one["at"] if done else None,
        "archived_at": None, "cancel_initiated_at": None,
        "results_url": f"/v1/messages/batches/{name}/results" if done else None,
    }  # fmt: skip
    MessageBatch.model_validate(body)
    return body


async def _send(writer: asyncio.StreamWriter, said: Said) -> None:
    raw = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
    lines = [f"HTTP/1.1 {said.status} X", "content-type: application/json", f"content-length: {len(raw)}"]
    lines += [f"request-id: req_{next(_numbers)}", *(f"{name}: {value}" for name, value in said.headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    if said.trickle:
        for byte in raw:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(said.trickle)
    writer.write(b"" if said.trickle else raw)
    await writer.drain()


def problem(body: dict[str, Any]) -> str:
    """What the real API would refuse in a request, or nothing."""
    try:
        unknown = set(body) - set(MessageCreateParamsNonStreaming.__annotations__) - _inherited()
        if unknown:
            return f"{sorted(unknown)}: Extra inputs are not permitted"
        for one in body["messages"]:
            for block in one["content"]:
                _held(BLOCKS[block["type"]], block)
        for tool in body.get("tools", ()):
            _held(ToolParam, tool)
            if tool.get("strict") and tool["input_schema"].get("additionalProperties") is not False:
                return "a strict tool's schema needs additionalProperties: false"
    except (ValidationError, KeyError, TypeError) as wrong:
        return f"{type(wrong).__name__}: {str(wrong)[:200]}"
    return _rules(body)


def _rules(body: dict[str, Any]) -> str:
    model, thinking = body["model"], body.get("thinking", {}).get("type")
    if body["messages"][-1]["role"] == "assistant":
        return "this model does not support prefill"
    if body.get("tool_choice", {}).get("type") in ("any", "tool") and model.startswith(NEVER_FORCED):
        return "forced tool use is not supported"
    if model.startswith(ALWAYS_THINKS) and thinking in ("disabled", "enabled"):
        return "thinking cannot be turned off"
    schema = body.get("output_config", {}).get("format", {}).get("schema")
    if schema is not None and schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return "output_config.format.schema: additionalProperties must be false"
    return ""


def _held(shape: Any, value: dict[str, Any]) -> None:
    _adapter(shape).validate_python(value)
    unknown = set(value) - set(shape.__annotations__)
    if unknown:
        raise KeyError(f"{sorted(unknown)}")


@lru_cache(maxsize=32)
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


@lru_cache(maxsize=1)
def _inherited() -> set[str]:
    return {name for base in MessageCreateParamsNonStreaming.__orig_bases__ for name in base.__annotations__}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0)
    asked = parser.parse_args()
    answer = text("Fine.").body

    server = Messages(lambda body: Said(answer, delay=asked.delay))
    server.port = asked.port
    with server:
        print(server.port, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
