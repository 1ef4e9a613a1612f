"""Which of a few labels each of many things has: several in one question to a cheap model, which has no tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, create_model

from runs.awaiting import StepCall
from runs.gateway.messages import Request, Role, Words
from runs.gateway.quoting import asked, quoted

AT_ONCE = 20
RULES = "You give each numbered thing one label, by what the labels mean. Leave out a thing that no label fits plainly."


def classify(
    call: StepCall, items: Sequence[str], labels: Mapping[str, str], *, prompt: str, field: str, at_once: int = AT_ONCE
) -> list[str | None]:
    """One label or None for each item, in their order. `labels` say what each means; `prompt` names the question.

    What was left out, named twice differently, or could not be asked is None: go on by rules. `field` is the name
    under which the items may leave the house.
    """
    found: list[str | None] = []
    for start in range(0, len(items), at_once):
        found += _some(call, items[start : start + at_once], labels, prompt, field)
    return found


def _some(call: StepCall, items: Sequence[str], labels: Mapping[str, str], prompt: str, field: str) -> list[str | None]:
    shape = _labelled(tuple(sorted(labels)))
    things = [{"number": number, "text": text} for number, text in enumerate(items)]
    request = Request(
        role=Role.READER,
        prompt=prompt,
        system=(Words(text=RULES), Words(text=f"The labels: {orjson.dumps(dict(labels)).decode()}")),
        messages=(asked("Label these.", quoted(field, things)),),
        output=shape.model_json_schema(),
        most_tokens=100 + 30 * len(items),
    )
    answer = call.ask_model(request, shape) if call.may_ask_model(request) else None
    if answer is None or not answer.is_usable:
        return [None] * len(items)
    said: dict[int, set[str]] = {}
    for one in answer.value.labelled:
        said.setdefault(one.number, set()).add(one.label)
    return [next(iter(said[n])) if len(said.get(n, ())) == 1 else None for n in range(len(items))]


@lru_cache(maxsize=64)
def _labelled(labels: tuple[str, ...]) -> type[BaseModel]:
    closed = ConfigDict(extra="forbid")
    one = create_model("Labelled", __config__=closed, number=(int, ...), label=(cast(Any, Literal[labels]), ...))
    return create_model("Labels", __config__=closed, labelled=(cast(Any, list[one]), Field(max_length=200)))  # type: ignore[valid-type]
