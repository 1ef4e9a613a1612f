"""What the asking step gets back: the recorded answer, read from where it is kept, and checked here once more.

Providers promise shapes and hold only a part of them: patterns, bounds and lengths are ours to check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from agentops.core.audit import payloads
from runs import sql
from runs.gateway.messages import Answer, Outcome, Request, Wanted
from runs.gateway.spelling import EXCHANGE, opened, stream_of
from tools_registry.registry import registry
from tools_registry.results import InvalidArguments, Problem
from tools_registry.spec import problems_of


class Checked(BaseModel):
    """An answer with its value in the shape that was asked for; `problems` say what does not fit, and then it is None.

    `wanted` are the calls that name a tool of the request with arguments that fit it; nothing was called yet.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    answer: Answer
    value: Any = None
    wanted: tuple[Wanted, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_usable(self) -> bool:
        """A model answered, and all of it fits."""
        return self.answer.is_usable and not self.problems

    @property
    def by_rules(self) -> bool:
        """No model answered: go on without one."""
        return self.answer.outcome is Outcome.UNAVAILABLE


def recorded(run_id: UUID, kept: Mapping[str, Any]) -> Answer:
    """The answer that a question's row refers to; one whose key was destroyed is `unavailable`."""
    if kept.get("at") is None:
        return Answer(outcome=Outcome(kept["outcome"]), code=kept.get("code", ""), why=kept.get("why", ""))
    stream = stream_of(run_id)
    rows = sql.query(_EXCHANGE, (stream, kept["at"], EXCHANGE))
    if not rows or rows[0][1] is None:
        why = f"What was said in {stream} {kept['at']} was erased, or never kept."
        return Answer(outcome=Outcome.UNAVAILABLE, code="erased", why=why, call=kept.get("call", ""))
    key_id, wrapped, ciphertext = rows[0]
    key = payloads.unwrap_key(key_id, bytes(wrapped))
    payload = orjson.loads(payloads.decrypt(key, stream, EXCHANGE, bytes(ciphertext)).payload)
    return Answer.model_validate({**opened(payload)["answer"], "call": kept.get("call", "")})


# Read whenever a step runs again, so by the prepared statement and not by the ORM.
_EXCHANGE = """
SELECT k.id, k.wrapped_key, p.ciphertext FROM audit_payload p JOIN audit_key k ON k.id = p.key_id
WHERE p.stream = %s AND p.seq = %s AND p.name = %s
"""


def checked(request: Request, answer: Answer, shape: type[BaseModel] | None) -> Checked:
    """Hold the answer to what was asked for."""
    problems: list[Problem] = []
    value = None
    if answer.outcome is Outcome.ANSWERED and shape is not None:
        try:
            value = shape.model_validate(answer.value)
        except ValidationError as error:
            problems += problems_of(error)
    wanted = [one for one in answer.wanted if _fits(request, one, problems)]
    return Checked(answer=answer, value=value, wanted=tuple(wanted), problems=tuple(problems))


def _fits(request: Request, wanted: Wanted, problems: list[Problem]) -> bool:
    """Whether a call is one that may be made at all; otherwise its problems are added."""
    spec = registry.tools.get(wanted.tool)
    if spec is None or wanted.tool not in {tool.name for tool in request.tools}:
        problems.append(Problem("tool", "unknown_tool", "There is no such tool in this question.", wanted.tool[:80]))
        return False
    try:
        spec.validate(wanted.args)
    except InvalidArguments as error:
        problems += error.problems
        return False
    return True
