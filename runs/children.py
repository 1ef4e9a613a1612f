"""Child runs: a step asks for one and waits, or begins one and goes on; the child's end is told in the transaction
that ends it.

A child inherits its parent's requester, and its effects have gates, approvals and a trail of their own. The same
question of the same parent finds its child again, so a parent that crashed or planned again starts nothing twice;
only a child that did not complete is tried anew. What a child may use is taken out of its parent's budget while it
lives, and what it used is added to what its parent has spent. A child does not outlive its parent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from agentops.core.hashing import digest, plain
from runs import bell, sql
from runs.agents import Agent, UnknownAgent, agents
from runs.lifecycle import Awaiting, RunStatus
from runs.memory.typed import typed
from runs.models import ChildRun, Plan, Run, Step
from runs.models.notes import DEEPEST
from runs.points import durable
from tools_registry.registry import registry
from tools_registry.results import ToolRefused

KIND = Awaiting.CHILD.value
MOST_CHILDREN = 50  # of one run, over all its revisions
_SHA256 = re.compile(r"[0-9a-f]{64}")
FITS = "child_fits_into_the_budget_of_its_parent"

_LOCK = "SELECT 1 FROM runs_run WHERE id = %s FOR UPDATE"
_ANSWER = """
UPDATE runs_await SET answer = %s::jsonb, answered_at = now()
WHERE run_id = %s AND kind = 'child' AND request ->> 'child' = %s AND answered_at IS NULL
"""
_WAKE = """
UPDATE runs_run SET status = 'queued', awaiting = NULL, due_at = now()
WHERE id = %s AND status = 'awaiting' AND awaiting = 'child'
    AND NOT EXISTS (SELECT 1 FROM runs_await a WHERE a.run_id = %s AND a.kind = 'child' AND a.answered_at IS NULL
        AND a.revision = runs_run.revision)
"""
# What it spent, and what may still be billed after its end: open calls, and children of its own that are not settled.
# This is settled once, so the most they can cost is counted.
_SETTLE = """
UPDATE runs_childrun c SET settled_at = now(), tokens = r.spent_tokens + flying.tokens + promised.tokens,
    cost = r.spent_cost + flying.cost + promised.cost
FROM runs_run r, LATERAL runs_promised(r.id) AS promised, LATERAL (
    SELECT coalesce(sum(m.reserved_tokens), 0) AS tokens, coalesce(sum(m.reserved_cost), 0) AS cost
    FROM runs_modelcall m WHERE m.run_id = r.id AND m.due_at IS NOT NULL) AS flying
WHERE c.run_id = %s AND r.id = c.run_id AND c.settled_at IS NULL
RETURNING c.tokens, c.cost
"""
# A budget that a person raised for the child alone is not the parent's: its row shows the whole, the parent its share.
_GATHER = """
UPDATE runs_run SET spent_tokens = least(budget_tokens, spent_tokens + %s),
    spent_cost = least(budget_cost, spent_cost + %s) WHERE id = %s
"""


class NoChild(Exception):
    """The run may have no such child; the message says why."""


def found_or_started(parent: UUID, request: Mapping[str, Any], *, aside: bool = False) -> tuple[UUID, Any]:
    """The child that answers this question, and its answer if it has ended. In a transaction that holds the parent.

    Raises `NoChild`.
    """
    if "child" in request:
        return _known(parent, str(request["child"]))
    asked = digest([request["agent"], request["goal"], plain(request["given"])])
    row = ChildRun.objects.filter(parent_id=parent, asked=asked).select_related("run").order_by("-attempt").first()
    if row is not None and (row.run.ended_at is None or row.run.status == RunStatus.COMPLETED):
        return row.run_id, _answer_of(row.run)
    return _started(parent, request, asked, attempt=row.attempt + 1 if row else 1, aside=aside), None


def begin_aside(parent: UUID, epoch: int, request: Mapping[str, Any]) -> UUID:
    """Start a child, or find it, without waiting for it. Raises `LeaseLost`, `ToolRefused`."""
    try:
        with durable("child.begin"):
            if sql.fence(parent, epoch).cancel:
                raise ToolRefused("cancelled", "The run is being cancelled.")
            return found_or_started(parent, request, aside=True)[0]
    except NoChild as error:
        raise ToolRefused("no_child", str(error)) from None


def _known(parent: UUID, name: str) -> tuple[UUID, Any]:
    """A child by its id; only the parent's own."""
    try:
        row = ChildRun.objects.select_related("run").get(run_id=UUID(name), parent_id=parent)
    except (ValueError, ChildRun.DoesNotExist):
        raise NoChild("This run has begun no such part.") from None
    return row.run_id, _answer_of(row.run)


def _started(parent: UUID, request: Mapping[str, Any], asked: str, *, attempt: int, aside: bool) -> UUID:
    from runs.services import RunError, start_run

    above = Run.objects.select_related("requester", "given").get(pk=parent)
    if ChildRun.objects.filter(parent_id=parent).count() >= MOST_CHILDREN:
        raise NoChild(f"A run has {MOST_CHILDREN} children at most.")
    depth = (ChildRun.objects.filter(run_id=parent).values_list("depth", flat=True).first() or 0) + 1
    if depth > DEEPEST:
        raise NoChild(f"This would be the {depth}th generation of child runs; {DEEPEST} are the most.")
    given = _vouched(above, request["given"])
    try:
        agent = agents.get(request["agent"])
        tokens, cost = _share(above, agent, aside=aside)
        child = start_run(
            agent=agent.name,
            requester=above.requester,
            goal=request["goal"],
            given=given,
            subject=_subject(request["goal"], given),
            document=_document(agent, given),
            parent=parent,
            most_tokens=tokens,
            most_cost=cost,
        )
    except (UnknownAgent, RunError) as error:
        raise NoChild(str(error)) from None
    try:
        ChildRun.objects.create(
            run_id=child, parent_id=parent, asked=asked, attempt=attempt, depth=depth, aside=aside,
            reserved_tokens=tokens, reserved_cost=cost,
        )  # fmt: skip
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) != FITS:
            raise
        raise NoChild("What is left of the run's budget is less than this part may use.") from None
    return child


def _vouched(above: Run, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the part is given. What the intake alone can say, a part is told only as its parent was told it."""
    from runs.intake.asking import RESERVED  # its room starts runs

    own = above.given.input
    if claimed := sorted(name for name in (RESERVED | {"mail"}) & set(given) if given[name] != own.get(name)):
        raise NoChild(f"A part cannot be given {', '.join(claimed)}: only what this run came with may say so.")
    return dict(given)


def _subject(goal: str, given: Mapping[str, Any]) -> str:
    """The line people recognise it by: what came in, if something did."""
    message, file = given.get("message"), given.get("name") if given.get("document") else ""
    said = file or (message.get("subject") if isinstance(message, Mapping) else "") or goal
    return str(said)[:300]


def _document(agent: Agent, given: Mapping[str, Any]) -> str | None:
    """The document the part is about, where its agent reads documents."""
    named = given.get("document")
    return named if agent.takes_files and isinstance(named, str) and _SHA256.fullmatch(named) else None


def _share(above: Run, agent: Agent, *, aside: bool) -> tuple[int, int]:
    """Tokens and money (millionths) that the child may use: its own budget, or what its parent has left.

    One that runs beside its parent gets half of that at most; one that asks no model needs neither.
    """
    from runs import budgets

    if agent.models is None and not agent.team:
        return 0, 0
    (used,) = sql.query("SELECT tokens, cost FROM runs_promised(%s)", (above.pk,))
    (asked,) = sql.query(_ASKED, (above.pk,))
    left = (
        above.budget_tokens - above.spent_tokens - int(used[0]) - int(asked[0]),
        above.budget_cost - above.spent_cost - int(used[1]) - int(asked[1]),
    )
    own = budgets.numbers(budgets.of(agent))
    shares = [min(mine, max(0, rest // 2 if aside else rest)) for mine, rest in zip(own[2:4], left, strict=True)]
    if not shares[0]:
        raise NoChild("Nothing is left of the run's budget for another part.")
    return shares[0], shares[1]


_ASKED = """
SELECT coalesce(sum(reserved_tokens), 0)::bigint, coalesce(sum(reserved_cost), 0)::bigint
FROM runs_modelcall WHERE run_id = %s AND due_at IS NOT NULL
"""


def tell_parent(parent: UUID, child: UUID, *, status: str, code: str, results: Mapping[str, Any] | None) -> None:
    """The child has ended: settle its budget, record its answer where its parent asked, and wake the parent."""
    # Locked first: whoever asks for this child meanwhile sees that it has ended, or is seen to wait for it.
    sql.query(_LOCK, (parent,))
    rows = sql.query(_SETTLE, (child,))
    tokens, cost = rows[0] if rows else (0, 0)
    if tokens or cost:
        sql.query(_GATHER, (tokens, cost, parent))
    row = Run.objects.get(pk=child)
    answer = _answer(row, status, code, cost, _results_of(row) if results is None else results)
    sql.query(_ANSWER, (sql.dumps(answer), parent, str(child)))
    sql.query(_WAKE, (parent, parent))
    bell.ring_on_commit()


def _answer_of(row: Run) -> dict[str, Any] | None:
    """What a child that ended before came to; None: it has not."""
    if row.ended_at is None:
        return None
    return _answer(row, row.status, row.end_code, row.spent_cost, _results_of(row))


def _results_of(row: Run) -> dict[str, Any]:
    steps = Step.objects.filter(run_id=row.pk, revision=row.revision)
    return {name: output or {} for name, output in steps.values_list("name", "output")}


def _answer(row: Run, status: str, code: str, cost: int, results: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: output for name, output in results.items() if name != "input"}
    return {
        "run": str(row.pk),
        "status": status,
        "code": code,
        "cost": int(cost),
        "results": found,
        "shown": _shown(row, found),
    }


def _shown(row: Run, results: Mapping[str, Any]) -> dict[str, Any]:
    """The results as a planner may read them: typed by the tools of the child's plan."""
    steps = Plan.objects.values_list("steps", flat=True).filter(hash=row.plan_id).first() or []
    tools = {step["name"]: registry.tools.get(step["tool"]) for step in steps}
    return {
        name: typed(spec.schema["output"], results[name], f"results.{name}")
        for name, spec in tools.items()
        if spec is not None and name in results
    }


_ORPHANS = """
SELECT c.run_id FROM runs_childrun c JOIN runs_run p ON p.id = c.parent_id JOIN runs_run r ON r.id = c.run_id
WHERE c.settled_at IS NULL AND p.ended_at IS NOT NULL AND r.ended_at IS NULL AND NOT r.cancel_requested LIMIT 200
"""


def orphans() -> list[UUID]:
    """Children that live although their parent has ended, and that nobody has asked to stop."""
    return [row[0] for row in sql.query(_ORPHANS)]
