"""The working memory of a run, read from its rows: the same rows give the same memory, whoever reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from runs.memory.cutting import cut, tokens_of
from runs.memory.structure import Fact, Memory
from runs.memory.typed import typed
from runs.models import Await, Note, NoteKind, Step, StepStatus
from tools_registry.kinds import Effect
from tools_registry.registry import registry

_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
PLANNED = "planned"  # the decision that a plan was made
NOT_HAD = {StepStatus.FAILED: "failed", StepStatus.REFUSED: "failed", StepStatus.SKIPPED: "skipped"}


def memory_of(run_id: UUID, *, intent: str = "", planning: int | None = None) -> Memory:
    """Facts by step (the newest word counts), decisions in their order, and what nobody has answered yet.

    `planning` is the revision that a plan is being asked for. That it has been made is not in the memory it is made
    from, though a worker that dies after noting it asks the same question again.
    """
    found: dict[str, tuple[Fact, int, int]] = {}
    for step in Step.objects.filter(run_id=run_id).order_by("revision", "seq"):
        found.pop(step.name, None)  # the newest stands last
        found[step.name] = _fact(step, intent)
    facts = tuple(fact for fact, _, _ in found.values()) + tuple(_noted(run_id))
    return Memory(
        facts=facts,
        decisions=tuple(_decisions(run_id, planning)),
        questions=tuple(_questions(run_id)),
        tokens_whole=sum(whole for _, whole, _ in found.values()),
        tokens_shown=sum(shown for _, _, shown in found.values()),
    )


def _fact(step: Step, intent: str) -> tuple[Fact, int, int]:
    """The step as a fact, with the tokens of its whole output and of what is shown."""
    whole = dict(step.output or {})
    kind, shown = NOT_HAD.get(StepStatus(step.status), ""), whole
    spec = registry.tools.get(step.tool)
    if kind:
        value: Any = _why(step)
    elif spec is None:
        kind, value = "result", f"<{step.name}: its tool is gone>"
    else:
        kind = "result" if spec.effect is Effect.READ else "effect"
        shown = {name: _cut(one, intent, f"{step.name}.{name}") for name, one in whole.items()}
        value = _typed_rows(spec.schema["output"], shown, step.name)
    if step.status == StepStatus.BY_HAND:
        kind = "person"
    fact = Fact(step.name, kind, value, step.revision, step.tool)
    return fact, tokens_of(whole), tokens_of(value)


def _cut(value: Any, intent: str, path: str) -> Any:
    return cut(value, intent, path=path).as_json() if isinstance(value, list) and len(value) > 10 else value


def _typed_rows(schema: Mapping[str, Any], shown: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Typed values; of a list that was cut its rows are typed by the list's schema, and its summary is ours."""
    told: dict[str, Any] = {}
    for key, value in shown.items():
        was_cut = isinstance(value, Mapping) and set(value) == {"rows", "summary"}
        one = typed(schema, {key: value["rows"] if was_cut else value}, name).get(key)
        told[key] = {"rows": one, "summary": _own_columns(value["summary"], one)} if was_cut else one
    return {key: value for key, value in told.items() if value is not None}


def _own_columns(summary: Mapping[str, Any], rows: list[Any]) -> dict[str, Any]:
    """Figures of the columns that the tool declares; a column that somebody else named is left out."""
    known = {name for row in rows if isinstance(row, Mapping) for name in row}
    figures = {name: one for name, one in summary.get("figures", {}).items() if name in known}
    return {**summary, "figures": figures} if figures else {k: v for k, v in summary.items() if k != "figures"}


def _why(step: Step) -> dict[str, Any]:
    """Codes of what was not had, and the arguments that they are about: the words beside them may be a stranger's, and
    so may the name of anything below an argument."""
    output, spec = dict(step.output or {}), registry.tools.get(step.tool)
    known = set(spec.input_model.model_fields) if spec else set()
    problems = [{"code": one["code"], "argument": one["field"].split(".")[0]} for one in output.get("problems", ())]
    problems = [one if one["argument"] in known else {"code": one["code"]} for one in problems]
    code = output.get("code") or step.note.split(":")[0]
    return {"code": code if _CODE.fullmatch(code) else "not_needed", **({"problems": problems} if problems else {})}


def _noted(run_id: UUID) -> Iterator[Fact]:
    for row in Note.objects.filter(run_id=run_id, kind=NoteKind.FACT).order_by("at", "id"):
        yield Fact(row.code, "reflection", row.body, row.revision)


def _decisions(run_id: UUID, planning: int | None) -> Iterator[dict[str, Any]]:
    """Why it was planned again, and what people said; their words are theirs to give."""
    told: list[tuple[int, Any, dict[str, Any]]] = []
    for row in Note.objects.filter(run_id=run_id, kind=NoteKind.DECISION):
        if row.code == PLANNED and row.revision == planning:
            continue
        words = {"words": row.words} if row.trusted and row.words else {}
        told.append((row.revision, row.at, {"code": row.code, **row.body, **words, "revision": row.revision}))
    for asked in Await.objects.filter(run_id=run_id, kind="review", answered_at__isnull=False):
        if said := asked.request.get("instruction"):
            body = {"by": "person", "code": said.get("code"), "words": said.get("words"), "fields": said.get("fields")}
        elif asked.request.get("own"):  # asked in words of ours
            body = {"by": "person", "asked": asked.request["question"], "answered": (asked.answer or {}).get("answer")}
        else:
            continue
        told.append((asked.revision, asked.answered_at, {**body, "revision": asked.revision}))
    yield from (body for *_, body in sorted(told, key=lambda one: one[:2]))


def _questions(run_id: UUID) -> Iterator[dict[str, Any]]:
    for asked in Await.objects.filter(run_id=run_id, answered_at=None).order_by("created_at"):
        if asked.kind == "review" and asked.request.get("own"):
            yield {"asked": asked.request["question"]}
        elif asked.kind == "child":
            yield {"waits_for": asked.request.get("agent", ""), "goal": asked.request.get("goal", "")}
