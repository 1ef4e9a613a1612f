"""The time line of a run: every step, attempt, model call, wait and decision, in order, with its bar."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agentops.web.formatting import span, words
from agentops.web.runs.axis import Axis
from agentops.web.runs.records import Records
from reviews.models import Decision
from runs.models import Await, ModelCall, Proposal, Step, ToolCall

RESULT_TONES = {"value": "info", "empty": "info", "refused": "warn", "failed": "bad", "unknown": "bad"}
STEP_TONES = {
    "done": "none",
    "carried": "none",
    "by_hand": "none",
    "skipped": "none",
    "empty": "none",
    "refused": "warn",
    "failed": "bad",
}
MODEL_SAID = {
    "due": ("waits to be asked", "none"),
    "sent": ("asked", "none"),
    "cached": ("from an equal call", "agent"),
    "failed": ("failed", "bad"),
    "lost": ("lost, may be billed", "bad"),
    "withdrawn": ("not asked", "warn"),
}


@dataclass(frozen=True)
class Line:
    """One row of the time line; `key` opens it beside the list."""

    key: str
    depth: int
    icon: str
    tone: str
    label: str
    tag: str
    tag_tone: str
    start: datetime
    end: datetime
    took: str
    waits: bool = False
    thin: bool = False
    selected: bool = False
    x: float = 0.0
    width: float = 0.0
    tool: str = ""


@dataclass(frozen=True)
class Timeline:
    """All rows and the marks of the scale."""

    lines: list[Line]
    marks: tuple[tuple[str, str], ...]


def timeline(records: Records, *, now: datetime, show: str = "") -> Timeline:
    """Lay the rows of a run out on one axis; raises nothing, however strange the rows."""
    lines = sorted(_lines(records, now), key=lambda line: (line.start, line.depth))
    work = [(line.start, line.end) for line in lines if not line.waits]
    axis = Axis(work, until=now if lines and lines[-1].waits and not records.run.ended_at else None)
    placed = [_placed(line, axis, show) for line in lines]
    return Timeline(placed, _marks(axis))


def _lines(records: Records, now: datetime) -> Iterator[Line]:
    for step in records.steps:
        yield from _step_lines(records, step)
    ended = set(records.step_of)
    for (revision, seq), calls in records.calls_of.items():
        if (revision, seq) not in ended:
            yield from (_call_line(call, len(calls), depth=0) for call in calls)
    for (revision, seq), model_calls in records.model_calls_of.items():
        if (revision, seq) not in ended:
            yield from (_model_line(call) for call in model_calls)
    yield from (_await_line(asked, now) for asked in records.awaits)
    yield from (_proposal_line(proposal, now) for proposal in records.proposals)
    yield from (_decision_line(decision) for decision in records.decisions)


def _step_lines(records: Records, step: Step) -> Iterator[Line]:
    calls = records.calls_of.get((step.revision, step.seq), [])
    model_calls = records.model_calls_of.get((step.revision, step.seq), [])
    made: list[ToolCall | ModelCall] = [*calls, *model_calls]
    start = min([call.started_at for call in made] or [step.at])
    end = max([_ended(call) for call in made] or [step.at])
    tone = STEP_TONES.get(step.status, "none")
    took = sum(call.duration_ms for call in made) / 1000
    tag = "" if step.status == "done" else words(step.status).lower()
    again = f" · plan {step.revision}" if step.revision > 1 else ""
    if len(calls) == 1 and not model_calls:  # one line says it all: the step is its call
        call = _call_line(calls[0], 1, depth=0)
        yield replace(call, label=words(step.name) + again, tool=step.tool, tag=call.tag or tag)
        return
    yield Line(
        key=f"step-{step.revision}-{step.seq}",
        depth=0,
        icon="bolt",
        tone=tone,
        label=words(step.name) + again,
        tag=tag,
        tag_tone=tone,
        start=start,
        end=max(end, start),
        took=span(took) if calls or model_calls else "",
        thin=True,
    )
    yield from (_call_line(call, len(calls)) for call in calls)
    yield from (_model_line(call) for call in model_calls)


def _call_line(call: ToolCall, tries: int, depth: int = 1) -> Line:
    said = {"value": "", "empty": "nothing found"}.get(call.result, words(call.result).lower())
    tag = ", ".join(filter(None, (said, f"try {call.attempt}" if tries > 1 or call.attempt > 1 else "")))
    tone = RESULT_TONES.get(call.result, "info")
    return Line(
        key=f"call-{call.revision}-{call.seq}-{call.attempt}",
        depth=depth,
        icon="tool",
        tone=tone,
        label=call.tool,
        tag=tag,
        tag_tone=tone if tone != "info" else "",
        start=call.started_at,
        end=_ended(call),
        took=span(call.duration_ms / 1000),
    )


def _model_line(call: ModelCall) -> Line:
    said, tone = MODEL_SAID.get(call.status, ("", "agent"))
    if call.error and not said:
        said, tone = "failed", "bad"
    return Line(
        key=f"model-{call.id}",
        depth=1,
        icon="agent",
        tone=tone,
        label=call.role,
        tag=", ".join(filter(None, (said, f"try {call.attempt}" if call.attempt > 1 else ""))),
        tag_tone="" if tone == "agent" else tone,
        start=call.started_at,
        end=_ended(call),
        took=span(call.duration_ms / 1000),
        tool=call.model,
    )


def _await_line(asked: Await, now: datetime) -> Line:
    end = asked.answered_at or now
    return Line(
        key=f"await-{asked.id}",
        depth=0,
        icon="pause",
        tone="warn",
        label=f"Waited for {_awaited(asked.kind)}" if asked.answered_at else f"Waits for {_awaited(asked.kind)}",
        tag="",
        tag_tone="",
        start=asked.created_at,
        end=end,
        took=_so_far(end - asked.created_at, open_still=asked.answered_at is None),
        waits=True,
    )


def _proposal_line(proposal: Proposal, now: datetime) -> Line:
    parked = proposal.verdict == "review"
    # What nobody had to decide takes no time of its own: it is a point on the line.
    end = (proposal.closed_at or now) if parked else proposal.created_at
    tone = {"allow": "ok", "review": "warn", "deny": "bad"}.get(proposal.verdict, "none")
    said = {"allow": "allowed", "review": "parked for review", "deny": "denied"}.get(proposal.verdict, proposal.verdict)
    state_tone = {"performed": "ok", "approved": "ok", "rejected": "bad", "denied": "bad"}.get(proposal.state, "")
    return Line(
        key=f"proposal-{proposal.number}",
        depth=0,
        icon="pause" if parked else "shield",
        tone=tone,
        label=f"Gate: proposal {proposal.number} {said}",
        tag=proposal.state if parked else "",
        tag_tone=state_tone,
        start=proposal.created_at,
        end=end,
        took=_so_far(end - proposal.created_at, open_still=proposal.closed_at is None) if parked else "",
        waits=parked,
    )


def _decision_line(decision: Decision) -> Line:
    tone = {"approve": "ok", "edit": "ok", "reject": "bad", "send_back": "warn"}.get(str(decision.verdict), "info")
    return Line(
        key=f"decision-{decision.id}",
        depth=1,
        icon="sign",
        tone=tone,
        label=decision.person.name,
        tag=words(str(decision.verdict)).lower(),
        tag_tone=tone,
        start=decision.decided_at,
        end=decision.decided_at,
        took="",
    )


def _ended(call: ToolCall | ModelCall) -> datetime:
    return call.started_at + timedelta(milliseconds=call.duration_ms)


def _awaited(kind: str) -> str:
    return {
        "review": "a person",
        "model": "a model",
        "message": "an answer",
        "timer": "the time",
        "child": "another run",
        "hold": "the hold to end",
    }.get(kind, kind)


def _so_far(waited: timedelta, *, open_still: bool) -> str:
    return span(waited) + (" so far" if open_still else "")


def _placed(line: Line, axis: Axis, show: str) -> Line:
    x, width = axis.bar(line.start, line.end)
    return replace(line, x=x, width=width, selected=line.key == show)


def _marks(axis: Axis) -> tuple[tuple[str, str], ...]:
    """How much work was done until each quarter of the axis; waiting in between is not counted."""
    places = (("0", 0.0), ("25%", 100.0), ("49.5%", 200.0), ("74%", 300.0))
    return tuple((place, span(axis.worked_until(x)) if x else "0 s") for place, x in places) if axis.pieces else ()
