"""What an agent's questions to models take, before it is let loose: tokens and money of a run, a day and a month.

From what its runs asked lately, if there are any; otherwise each of its tools is tried with its own examples, in a
transaction that may only read, and whatever it would ask is weighed and not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import orjson
from django.db import connection
from django.utils import timezone

from agentops.core.audit import payloads
from agentops.core.clock import today
from runs.agents import Agent, Planned
from runs.awaiting import MustWait, StepCall
from runs.gateway.choosing import Choice, NoModels, chosen
from runs.gateway.estimating import BYTES_PER_TOKEN, tokens_in
from runs.gateway.messages import Request, Used
from runs.gateway.prices import cost_of
from runs.gateway.spelling import REQUEST, opened, stream_of
from runs.models import ModelCall, Run
from runs.points import looking_only
from tools_registry.registry import registry
from tools_registry.tool import ToolSpec

LATELY = timedelta(days=30)
MICRO = Decimal(1_000_000)
ANSWERED_SHARE = Decimal("0.5")  # of what an answer may take, where nobody has measured it


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt of an agent: tokens of one call by part, and how often a run makes it (`times`, with `retries`)."""

    prompt: str
    model: str
    system: int
    tools: int
    given: int
    out: int
    times: Decimal
    retries: Decimal
    cost: Decimal  # of one call
    known: bool  # whether the price table names the model
    measured: bool

    @property
    def per_run(self) -> Decimal:
        """Calls in one run."""
        return self.times * (1 + self.retries)

    @property
    def tokens(self) -> Decimal:
        """Of one run."""
        return self.per_run * (self.system + self.tools + self.given + self.out)

    @property
    def money(self) -> Decimal:
        """Of one run."""
        return self.per_run * self.cost


@dataclass(frozen=True, slots=True)
class Forecast:
    """All prompts of an agent; `runs_a_day` as asked, or as lately."""

    lines: tuple[Line, ...]
    runs_a_day: Decimal
    seen: int  # runs it was measured on

    @property
    def tokens(self) -> Decimal:
        return sum((line.tokens for line in self.lines), Decimal(0))

    @property
    def money(self) -> Decimal:
        return sum((line.money for line in self.lines), Decimal(0))


def forecast(
    agent: Agent, *, runs_a_day: Decimal | None = None, loops: Decimal = Decimal(1), retries: Decimal | None = None
) -> Forecast:
    """`loops`: how often a run asks each prompt, where nothing was measured; `retries`: share that is asked again."""
    runs = Run.objects.filter(agent=agent.name, created_at__gte=timezone.now() - LATELY)
    seen = runs.count()
    lines = tuple(_measured(agent, seen, retries))
    if not lines:
        lines = tuple(_tried(agent, loops, retries if retries is not None else Decimal("0.05")))
    lately = Decimal(seen) / LATELY.days
    return Forecast(lines, runs_a_day if runs_a_day is not None else lately, seen)


# --- from what was asked ----------------------------------------------------------------------------------

_ASKED = """
SELECT c.prompt, c.provider, c.model, count(DISTINCT c.question_id), count(*), count(DISTINCT c.run_id),
    coalesce(avg(c.tokens_in) FILTER (WHERE c.status = 'answered'), 0)::float8,
    coalesce(avg(c.tokens_out) FILTER (WHERE c.status = 'answered'), 0)::float8
FROM runs_modelcall c JOIN runs_run r ON r.id = c.run_id
WHERE r.agent = %s AND r.created_at >= %s AND c.question_id IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def _measured(agent: Agent, runs: int, retries: Decimal | None) -> Iterator[Line]:
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [agent.name, timezone.now() - LATELY])
        rows = cursor.fetchall()
    for prompt, provider, model, questions, calls, _, taken_in, out in rows:
        shares = _shares(prompt, agent.name)
        whole = max(1, sum(shares.values()))
        parts = {name: round(taken_in * share / whole) for name, share in shares.items()}
        cost = cost_of(provider, model, Used(fresh=round(taken_in), out=round(out)))
        again = Decimal(calls - questions) / Decimal(questions) if retries is None else retries
        yield Line(
            prompt, f"{provider}:{model}", parts["system"], parts["tools"], parts["given"], round(out),
            Decimal(questions) / max(1, runs), again, cost.micros / MICRO, cost.known, measured=True,
        )  # fmt: skip


def _shares(prompt: str, agent: str) -> Mapping[str, int]:
    """How the newest question of this prompt divides into our words, tools and what was given; all given if erased."""
    call = (
        ModelCall.objects.filter(prompt=prompt, run__agent=agent, asked_seq__isnull=False)
        .order_by("-started_at")
        .first()
    )
    if call is None:
        return {"system": 0, "tools": 0, "given": 1}
    found = payloads.read_several(stream_of(call.run_id), [call.asked_seq or 0], name=REQUEST)
    told = next(iter(found.values()), None)
    return parts_of(Request.model_validate(opened(told))) if told else {"system": 0, "tools": 0, "given": 1}


def parts_of(request: Request) -> dict[str, int]:
    """Tokens of a question by part: our words with the answer's form, the tools, and all that is given."""
    words = sum(len(part.text.encode()) for part in request.system)
    words += len(orjson.dumps(request.output)) if request.output else 0
    system = round(words / BYTES_PER_TOKEN)
    whole = tokens_in(request)
    without = tokens_in(request.model_copy(update={"tools": ()}))
    return {"system": system, "tools": whole - without, "given": max(0, without - system)}


# --- from what it would ask -------------------------------------------------------------------------------


class _Weighing(StepCall):
    """Says what would be asked, and asks nobody."""

    def may_ask_model(self, request: Request) -> bool:
        return True


def _tried(agent: Agent, loops: Decimal, retries: Decimal) -> Iterator[Line]:
    known: set[str] = set()
    for name in agent.tools:
        for request in _would_ask(agent, registry.get(name)):
            if request.prompt in known:
                continue
            known.add(request.prompt)
            choice = _choice(agent, request)
            if choice is not None:
                yield _line(request, choice, loops, retries)


def _choice(agent: Agent, request: Request) -> Choice | None:
    try:
        return chosen(agent.version_body.get("models") or {}, request)
    except NoModels:
        return None


def _line(request: Request, choice: Choice, loops: Decimal, retries: Decimal) -> Line:
    parts, out = parts_of(request), round(request.most_tokens * ANSWERED_SHARE)
    cost = cost_of(choice.provider, choice.model, Used(fresh=sum(parts.values()), out=out))
    return Line(
        request.prompt, f"{choice.provider}:{choice.model}", parts["system"], parts["tools"], parts["given"], out,
        loops, retries, cost.micros / MICRO, cost.known, measured=False,
    )  # fmt: skip


def _would_ask(agent: Agent, spec: ToolSpec) -> Sequence[Request]:
    """What the tool asks first when it is tried with each of its examples."""
    found = []
    for example in spec.examples if spec.effect == "read" else ():
        try:
            with looking_only():
                spec.function(spec.validate(example), call=_weighing(agent, spec))
        except MustWait as asks:
            if asks.kind == "model":
                found.append(Request.model_validate(asks.request))
        except Exception:  # noqa: S112 - an example that needs a run's own rows tells nothing
            continue
    return found


def _weighing(agent: Agent, spec: ToolSpec) -> StepCall:
    now = timezone.now()
    return _Weighing(
        key="estimate", run_id=uuid4(), step=spec.name, agent=agent.name, requester_id=uuid4(), deadline=1e12,
        today=today(), now=now, tool=spec.name, planned=Planned(spec.name, spec.name, {}, ""),
    )  # fmt: skip


def as_rows(found: Forecast) -> list[dict[str, Any]]:
    """For programs: one row a prompt, numbers as text."""
    return [
        {
            "prompt": line.prompt, "model": line.model, "system": line.system, "tools": line.tools, "input": line.given,
            "output": line.out, "times": str(line.times), "retries": str(line.retries),
            "tokens_per_run": str(round(line.tokens)), "cost_per_run": str(line.money), "price_known": line.known,
            "measured": line.measured,
        }
        for line in found.lines
    ]  # fmt: skip
