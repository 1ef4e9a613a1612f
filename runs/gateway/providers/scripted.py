"""A provider that says what a script says: for tests, demos and attacks on ourselves. No network.

`AGENTOPS_MODEL_SCRIPT` names a function: it is given the request and the model and returns an `Answer`, a value that
becomes its JSON, or text; what it raises is a failure. A coroutine function may wait.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings
from django.utils.module_loading import import_string

from runs.gateway.estimating import tokens_in
from runs.gateway.messages import Answer, Outcome, Request, Used, Wanted, Words
from runs.gateway.providers import Json, ProviderFailed, Reply, Setting

Script = Callable[[Request, str], Any]


class Scripted:
    """Plays `settings.MODEL_SCRIPT`, or what a test put into `play`."""

    name = "scripted"
    play: Script | None = None

    def is_ready(self) -> bool:
        return self.play is not None or bool(settings.MODEL_SCRIPT)

    def wire(self, request: Request, model: str, how: Setting) -> Json:
        return {"model": model, "request": request.as_json()}

    async def send(self, body: Json) -> Reply:
        request = Request.model_validate(body["request"])
        script = self.play or import_string(settings.MODEL_SCRIPT)
        try:
            said = script(request, body["model"])
            said = await said if inspect.isawaitable(said) else said
        except ProviderFailed:
            raise
        except Exception as error:
            raise ProviderFailed(
                "script_failed", f"{type(error).__name__}: {error}", certain=True, retry=False
            ) from error
        return Reply({**_answer(said, request, body["model"]).model_dump(mode="json")}, "scripted")

    def read(self, body: Json, request: Request) -> Answer:
        return Answer.model_validate(body)

    async def close(self) -> None:
        """It holds nothing."""


def _answer(said: Any, request: Request, model: str) -> Answer:
    if isinstance(said, Answer):
        return said.model_copy(update={"model": said.model or model, "used": _used(said.used, said.text, request)})
    if isinstance(said, Wanted):
        return Answer(
            outcome=Outcome.WANTS_TOOLS, wanted=(said,), parts=(said,), model=model, used=_used(Used(), "", request)
        )
    text = said if isinstance(said, str) else orjson.dumps(said, default=str).decode()
    value = orjson.loads(text) if request.output is not None else None
    used = _used(Used(), text, request)
    return Answer(
        outcome=Outcome.ANSWERED, text=text, value=value, parts=(Words(text=text or " "),), model=model, used=used
    )


def _used(said: Used, text: str, request: Request) -> Used:
    return said if said.total else Used(fresh=tokens_in(request), out=max(1, len(text) // 4))
