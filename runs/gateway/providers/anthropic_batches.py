"""Anthropic's Message Batches: half the price, and an answer within the day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings

from runs.gateway.providers import Json, ProviderFailed
from runs.gateway.providers import anthropic_errors as errors

PATH = "/v1/messages/batches"
PAGES = 20  # of the provider's list, newest first


class AnthropicBatches:
    """Through the same client as single calls."""

    def __init__(self, connected: Callable[[], Any]) -> None:
        self._connected = connected

    async def submit(self, bodies: Mapping[str, Json]) -> str:
        """Hand over many questions by name; the provider's id of the batch. Raises `ProviderFailed`."""
        requests = [{"custom_id": name, "params": body} for name, body in bodies.items()]
        return str((await self._asked("post", PATH, body={"requests": requests}))["id"])

    async def has_ended(self, batch: str) -> bool:
        """Whether all of it was answered or given up. Raises `ProviderFailed`."""
        return bool((await self._asked("get", f"{PATH}/{batch}"))["processing_status"] == "ended")

    async def results(self, batch: str) -> dict[str, Json]:
        """What came of each question, by name. Raises `ProviderFailed`."""
        raw = await self._raw("get", f"{PATH}/{batch}/results")
        try:
            rows = [orjson.loads(line) for line in raw.splitlines() if line.strip()]
            return {str(row["custom_id"]): row["result"] for row in rows}
        except (ValueError, KeyError, TypeError) as error:
            raise errors.unreadable(f"{type(error).__name__}: {error}", "") from None

    async def since(self, when: datetime) -> list[str]:
        """Batches that were made after a moment, the newest first. Raises `ProviderFailed`."""
        found: list[str] = []
        after = ""
        for _ in range(PAGES):
            page = await self._asked("get", f"{PATH}?limit=100{f'&after_id={after}' if after else ''}")
            for one in page["data"]:
                if datetime.fromisoformat(one["created_at"]) < when:
                    return found
                found.append(str(one["id"]))
            if not page.get("has_more") or not page["data"]:
                return found
            after = page["data"][-1]["id"]
        told = f"The provider has more than {PAGES * 100:,} batches since then: they cannot all be looked through."
        raise ProviderFailed("too_many_batches", told, certain=True, retry=True)

    async def _asked(self, how: str, path: str, **more: Any) -> Json:
        raw = await self._raw(how, path, **more)
        try:
            found: Json = orjson.loads(raw)
            return {**found}
        except (ValueError, TypeError):
            raise errors.unreadable("it is no object", "") from None

    async def _raw(self, how: str, path: str, **more: Any) -> bytes:
        import httpx2

        try:
            # All of it, however slowly it comes: whoever holds a batch reckons with no more.
            async with asyncio.timeout(settings.MODEL_TIMEOUT.total_seconds()):
                answered = await getattr(self._connected(), how)(path, cast_to=httpx2.Response, **more)
                return bytes(answered.content)
        except TimeoutError:
            raise errors.timed_out() from None
        except Exception as error:
            raise errors.translated(error) from error
