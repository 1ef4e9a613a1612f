"""The tree a run stands in: the run that handed it its part, and the runs that it handed parts to, however deep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models.expressions import RawSQL
from django.urls import reverse

from agentops.core.models import User
from agentops.web.formatting import words
from agentops.web.runs.listing import TONES, agent_label, status_words
from agentops.web.runs.records import Records
from reviews.queries.sight import runs_visible_to
from runs.models import Run

_FAMILY = """(WITH RECURSIVE below AS (
    SELECT %s::uuid AS id UNION SELECT c.run_id FROM runs_childrun c JOIN below b ON c.parent_id = b.id)
SELECT id FROM below UNION SELECT parent_id FROM runs_run WHERE id = %s AND parent_id IS NOT NULL)"""


@dataclass(frozen=True)
class Part:
    """One run of the tree, with what it was handed and by which step of which run; `cost` is what it used so far."""

    number: int
    url: str
    agent: str
    goal: str
    handed_by: int
    step: str  # of the run whose page it is; empty further down
    status: str
    tone: str
    live: bool
    aside: bool
    again: int  # which attempt, from the second on
    cost: str


@dataclass(frozen=True)
class Family:
    """The run above, if there is one that this person may see, and every run below in the order of its start."""

    above: Part | None = None
    below: tuple[Part, ...] = ()


def family_of(records: Records, user: User) -> Family:
    """One query, and none for a run that stands alone."""
    run, steps = records.run, _steps(records)
    if run.parent_id is None and not steps:
        return Family()
    runs = runs_visible_to(user).select_related("given", "as_child").exclude(pk=run.pk)
    found = {one.pk: one for one in runs.filter(pk__in=RawSQL(_FAMILY, [run.pk, run.pk]))}  # noqa: S611 - our text
    above = found.pop(run.parent_id, None) if run.parent_id else None
    known = {run.pk: run, **found}
    below = tuple(_part(one, known[above_it], steps.get(str(one.pk), "")) for above_it, one in _in_order(run.pk, found))
    return Family(_part(above, above, "") if above else None, below)


def _steps(records: Records) -> dict[str, str]:
    """The step that handed each part over, by the part's id: one that waited for it, or one that began it."""
    waited = {
        str(asked.request.get("child", "")): records.step_of.get((asked.revision, asked.seq))
        for asked in records.awaits
        if asked.kind == "child"
    }
    named = {child: words(step.name) if step else "" for child, step in waited.items()}
    begun = [step for step in records.steps if step.tool == "begin_child" and step.output]
    return {**named, **{str((step.output or {}).get("run", "")): words(step.name) for step in begun}}


def _in_order(first: UUID, found: dict[UUID, Run]) -> Iterator[tuple[UUID, Run]]:
    """Each run with the id of the one above it, before its own parts; those of one run by their numbers."""
    children: dict[UUID, list[tuple[UUID, Run]]] = defaultdict(list)
    for one in sorted(found.values(), key=lambda run: -run.number):
        if one.parent_id is not None:
            children[one.parent_id].append((one.parent_id, one))
    stack = children[first]
    while stack:
        above, one = stack.pop()
        yield above, one
        stack += children[one.pk]


def _part(run: Run, above: Run, step: str) -> Part:
    child = getattr(run, "as_child", None)
    return Part(
        number=run.number,
        url=reverse("runs:detail", args=[run.number]),
        agent=agent_label(run.agent),
        goal=run.given.goal,
        handed_by=above.number,
        step=step,
        status=status_words(run),
        tone=TONES.get(run.status, "none"),
        live=run.status == "running",
        aside=child is not None and child.aside,
        again=child.attempt if child is not None and child.attempt > 1 else 0,
        cost=f"{run.spent_cost / 1_000_000:.3f}",
    )
