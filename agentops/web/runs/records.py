"""Everything recorded about one run, read once: one statement, however long the run was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from django.db.models import DecimalField, Model

from agentops.core.models import User
from reviews.models import Decision, Review
from runs.models import Action, Approval, Await, Effect, ModelCall, Note, Proposal, Run, Step, ToolCall
from runs.sql import loads, query

M = TypeVar("M", bound=Model)
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Records:
    """The rows of one run in the order in which they happened; `names` of the people in them, by id."""

    run: Run
    steps: list[Step]
    calls: list[ToolCall]
    model_calls: list[ModelCall]
    awaits: list[Await]
    proposals: list[Proposal]
    effects: list[Effect]
    reviews: list[Review]
    decisions: list[Decision]
    notes: list[Note] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    @cached_property
    def planned(self) -> list[dict[str, Any]]:
        """The steps of the plan in force."""
        return list(self.run.plan.steps) if self.run.plan else []

    @cached_property
    def calls_of(self) -> dict[tuple[int, int], list[ToolCall]]:
        """The attempts of each step, by revision and number."""
        found: dict[tuple[int, int], list[ToolCall]] = defaultdict(list)
        for call in self.calls:
            found[call.revision, call.seq].append(call)
        return found

    @cached_property
    def model_calls_of(self) -> dict[tuple[int, int], list[ModelCall]]:
        """The model calls of each step."""
        found: dict[tuple[int, int], list[ModelCall]] = defaultdict(list)
        for call in self.model_calls:
            found[call.revision, call.seq].append(call)
        return found

    @cached_property
    def actions_of(self) -> dict[Any, list[Action]]:
        """The actions of each proposal, by its id."""
        found: dict[Any, list[Action]] = defaultdict(list)
        for action in self.actions:
            found[action.proposal_id].append(action)
        return found

    @cached_property
    def step_of(self) -> dict[tuple[int, int], Step]:
        """Each step by revision and number."""
        return {(step.revision, step.seq): step for step in self.steps}


def records_of(run: Run) -> Records:
    """Read what a run's page shows."""
    (row,) = query(_statement(), [run.pk] * _statement().count("%s"))
    told: dict[str, Any] = dict(zip(_PARTS, map(loads, row), strict=False))
    actions, approvals = _by_id(_rows(Action, told["actions"])), _by_id(_rows(Approval, told["approvals"]))
    reviews, names = _by_id(_rows(Review, told["reviews"])), dict(told["names"] or {})
    effects, decisions = _rows(Effect, told["effects"]), _rows(Decision, told["decisions"])
    for effect in effects:
        effect.action = actions[effect.action_id]
        effect.approval = approvals.get(effect.approval_id)
    for decision in decisions:
        decision.review = reviews[decision.review_id]
        decision.person = User(pk=decision.person_id, name=names.get(str(decision.person_id), "somebody"))
    return Records(
        run=run,
        steps=_rows(Step, told["steps"]),
        calls=_rows(ToolCall, told["calls"]),
        model_calls=_rows(ModelCall, told["model_calls"]),
        awaits=_rows(Await, told["awaits"]),
        proposals=_rows(Proposal, told["proposals"]),
        effects=effects,
        reviews=list(reviews.values()),
        decisions=decisions,
        notes=_rows(Note, told["notes"]),
        actions=list(actions.values()),
        names=names,
    )


_OF_RUN = "t.run_id = %s"
_PARTS: dict[str, tuple[type[Model] | None, str, str]] = {
    "steps": (Step, _OF_RUN, "t.revision, t.seq"),
    "calls": (ToolCall, _OF_RUN, "t.started_at, t.revision, t.seq, t.attempt"),
    "model_calls": (ModelCall, _OF_RUN, "t.started_at"),
    "awaits": (Await, _OF_RUN, "t.created_at"),
    "proposals": (Proposal, _OF_RUN, "t.number"),
    "actions": (
        Action, "t.proposal_id IN (SELECT id FROM runs_proposal WHERE run_id = %s)", "t.proposal_id, t.ordinal",
    ),
    "approvals": (Approval, "t.id IN (SELECT approval_id FROM runs_effect WHERE run_id = %s)", "t.granted_at"),
    "effects": (Effect, _OF_RUN, "t.intended_at"),
    "reviews": (Review, _OF_RUN, "t.opened_at"),
    "decisions": (
        Decision, "t.review_id IN (SELECT id FROM reviews_review WHERE run_id = %s)", "t.decided_at",
    ),
    "notes": (Note, f"{_OF_RUN} AND t.kind IN ('fact', 'decision')", "t.at, t.id"),
    "names": (None, "", ""),
}  # fmt: skip
_NAMES = """(SELECT json_object_agg(u.id, u.name) FROM core_user u WHERE u.id IN (
    SELECT unnest(authors) FROM runs_proposal WHERE run_id = %s
    UNION SELECT unnest(a.signers) FROM runs_approval a JOIN runs_effect e ON e.approval_id = a.id
        WHERE e.run_id = %s
    UNION SELECT d.person_id FROM reviews_decision d JOIN reviews_review r ON r.id = d.review_id
        WHERE r.run_id = %s))"""


@lru_cache(maxsize=1)
def _statement() -> str:
    return "SELECT " + ",\n".join(_part(*part) for part in _PARTS.values())


def _part(model: type[Model] | None, where: str, order: str) -> str:
    """The rows of one table as JSON; figures with decimals as text, which loses nothing on the way."""
    if model is None:
        return _NAMES
    columns = ", ".join(
        f"t.{one.column}::text" if isinstance(one, DecimalField) else f"t.{one.column}"
        for one in model._meta.concrete_fields
    )
    rows = f"SELECT {columns} FROM {model._meta.db_table} t WHERE {where} ORDER BY {order}"  # noqa: S608 - our text
    return f"(SELECT json_agg(x) FROM ({rows}) x)"  # noqa: S608 - our text


def _rows(model: type[M], told: Sequence[Told] | None) -> list[M]:
    fields = [(one.attname, str(one.column), one.to_python) for one in model._meta.concrete_fields]
    names = [name for name, _, _ in fields]
    return [model.from_db("default", names, [read(row[column]) for _, column, read in fields]) for row in told or ()]


def _by_id(rows: Sequence[M]) -> dict[Any, M]:
    return {row.pk: row for row in rows}
