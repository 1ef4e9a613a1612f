"""What an agent is to the runtime: a goal, a plan of tool calls, a stage table, and rules that judge and assess.

A plug-in subclasses `Agent` and registers one instance from its `apps.py`. The runtime never names an agent; it
asks the registry. Everything here is plain values: an agent's code reads results and answers with data, and the
runtime alone moves runs and performs effects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from agentops.core.hashing import digest
from tools_registry.facts import Check, Reason
from tools_registry.results import Result

LARGE = 200  # bytes of an argument from which on a call's row refers to the result it is

Results = Mapping[str, Mapping[str, Any]]
"""Outputs so far by step name; `results["input"]` is the run's input."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Stands in a planned argument for a value known only when the step runs.

    `path` is dotted: a step's name and then keys or list positions of its output (`match.order.number`,
    `read.lines.0.total`), or `input.` and keys of the run's input. A path that leads nowhere yields None.
    """

    path: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned step. Action steps that carry the same `proposal` label are decided at once; independent
    reads that carry the same `together` label share one checkpoint."""

    name: str
    tool: str
    args: Mapping[str, Any]
    stage: str
    expect: str = ""
    proposal: str | None = None
    together: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "tool": self.tool,
            "args": _refs_out(self.args),
            "stage": self.stage,
            "expect": self.expect,
            "proposal": self.proposal,
            "together": self.together,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Planned:
        return cls(**{**data, "args": _refs_in(data["args"])})


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a person sent back with: their code and words, and corrected fields if they named any."""

    code: str
    words: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What a run is for, as its planner sees it."""

    run_id: UUID
    text: str
    input: Mapping[str, Any]
    requester_id: UUID
    today: date
    now: datetime
    instructions: tuple[Instruction, ...] = ()
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Continue:
    """The outcome is what the plan expected."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """The run cannot go on alone; a person sees this reason, what else is wrong, and the whole context."""

    reason: Reason
    more: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Replan:
    """The plan no longer fits; make the next revision."""

    reason: Reason


Judgement = Continue | Stuck | Replan


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an agent's code knows about a proposal: the gate's input and the reviewer's page.

    `fields` are rows for the page: `{"name", "label", "value", "source", "state", "differs"?}`, `source` being
    `{"kind": "document|master|order|rule", "page"?, "box"?, "ref"?}`. `evidence` rows: `{"title", "kind",
    "ref", "at", "score", "excerpt"}`. `stuck` set: nothing sensible can be proposed.
    """

    sentence: str
    checks: tuple[Check, ...] = ()
    marks: tuple[Reason, ...] = ()
    confidence: Decimal | None = None
    counterparty: str | None = None
    fields: tuple[Mapping[str, Any], ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()
    stuck: Reason | None = None
    facets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageTable:
    """An agent's own state machine: the moves, and which tools may be called in each stage.

    `stuck` is reachable from each stage and is not listed; a run that is unstuck returns to the stage it left.
    """

    moves: Mapping[str, frozenset[str]]
    tools: Mapping[str, frozenset[str]]
    first: str
    last: str

    def __post_init__(self) -> None:
        unknown = {to for tos in self.moves.values() for to in tos} - set(self.moves)
        if unknown or self.first not in self.moves or self.last not in self.moves:
            raise ValueError(f"a stage table must list each stage it moves to; not listed: {sorted(unknown)}")

    def may_move(self, here: str, there: str) -> bool:
        return here == there or there in self.moves[here]

    def may_call(self, stage: str, tool: str) -> bool:
        return tool in self.tools.get(stage, frozenset())


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one run may use: counts, tokens, money in the house's currency, time of work (not of waiting)."""

    steps: int = 40
    tool_calls: int = 60
    tokens: int = 50_000
    cost: Decimal = Decimal("0.50")
    work: timedelta = timedelta(minutes=15)
    revisions: int = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One of an agent's own pages in the navigation; `url` is the name of its address, `count` says how many
    things wait there for a person (None: nothing to say)."""

    key: str
    label: str
    url: str
    count: Callable[[Any], int | None] | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """What a run works on, in a list: whose it is, its number, and a few words more. Text of strangers."""

    party: str = ""
    number: str = ""
    about: str = ""


class NotAdmitted(Exception):
    """A file is refused at the door: no run starts. `code` is a rejection code, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one run or refused file, for reports."""

    disposition: str | None  # auto, review, reject; None while at work
    reasons: tuple[str, ...]
    seconds: float
    cost: Decimal
    stuck: bool
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Agent:
    """A kind of worker with a goal. Subclass, fill the class attributes, register one instance."""

    name: str
    label: str
    desk: str
    code_version: str
    tools: tuple[str, ...]
    stages: StageTable
    budget: Budget | None = None
    takes_files = False
    pages: str = ""  # dotted path of its own addresses, served below /<name>/
    places: tuple[Place, ...] = ()  # those of its pages that stand in the navigation

    def admit(self, data: bytes, name: str) -> str:
        """The media type of a file this agent would work on; raises `NotAdmitted`. Untrusted: parse in the sandbox."""
        raise NotAdmitted("unsupported_type", f"{self.label} takes no files.")

    def page_image(self, document: str, page: int) -> bytes:
        """One page of a stored document as PNG, rendered in the sandbox; raises `NotAdmitted`."""
        raise NotAdmitted("unsupported_type", f"{self.label} shows no documents.")

    def plan(self, goal: Goal) -> Sequence[Planned]:
        """The steps for this goal; called again, with the reviewers' instructions, for each revision."""
        raise NotImplementedError

    def judge(self, step: Planned, result: Result, results: Results) -> Judgement:
        """Compare an outcome with what the plan expected; by rules, since this agent plans in code."""
        return Continue()

    def assess(
        self, label: str, actions: Sequence[tuple[Planned, Mapping[str, Any]]], results: Results, goal: Goal
    ) -> Assessment:
        """What the gate and the reviewer need to know about the actions proposed under `label`."""
        raise NotImplementedError

    def on_end(self, run_id: UUID, status: str, results: Results) -> None:
        """The run ended; the agent may close its own records. In the run's own transaction, no network."""

    def subject(self, run_id: UUID) -> dict[str, Any]:
        """Context for `<name>/_subject.html`, the agent's panel on review and run pages."""
        return {}

    def headlines(self, run_ids: Sequence[UUID]) -> Mapping[UUID, Headline]:
        """What the things these runs work on are called in a list; one query, however many there are."""
        return {}

    def prepare_demo(self, folder: Path, day: date) -> list[Path]:
        """Load a small world to try the agent with, and write its inbox into `folder`; returns those files."""
        return []

    def report_demo(self, folder: Path, found: Mapping[str, Found]) -> str:
        """How the demo's inbox in `folder` went, from what was found by subject."""
        return ""

    def confirmable(self, check: Check) -> bool:
        """May a person's approval override this failed check? Never one that blocks."""
        return check.severity != "blocks"

    @cached_property
    def version_body(self) -> dict[str, Any]:
        """The immutable snapshot that a run is pinned to."""
        from tools_registry.registry import registry

        return {
            "agent": self.name,
            "code": self.code_version,
            "tools": {name: registry.tools[name].version for name in sorted(self.tools)},
            "stages": {stage: sorted(tos) for stage, tos in self.stages.moves.items()},
            "stage_tools": {stage: sorted(tools) for stage, tools in self.stages.tools.items()},
        }

    @cached_property
    def version(self) -> str:
        return digest(self.version_body)


class UnknownAgent(LookupError):
    """No agent of that name is registered; the message lists those that are."""


class AgentRegistry:
    """The agents of this process, by name. Filled by each agent's `apps.py`."""

    def __init__(self) -> None:
        self._agents: dict[str, Agent] = {}

    def register(self, agent: Agent) -> None:
        self._agents[agent.name] = agent

    def get(self, name: str) -> Agent:
        """Raises `UnknownAgent`."""
        try:
            return self._agents[name]
        except KeyError:
            known = ", ".join(sorted(self._agents)) or "none"
            raise UnknownAgent(f"There is no agent named {name!r}. Registered agents: {known}.") from None

    def __iter__(self) -> Iterator[Agent]:
        return iter(self._agents.values())

    def taking_files(self) -> list[Agent]:
        """The agents that documents can be given to."""
        return [agent for agent in self if agent.takes_files]


agents = AgentRegistry()


def resolve(value: Any, results: Results) -> Any:
    """Replace every `Ref` in `value` by what it points to; a path that leads nowhere is None."""
    if isinstance(value, Ref):
        return _follow(value.path.split("."), results)
    if isinstance(value, Mapping):
        return {key: resolve(item, results) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item, results) for item in value]
    return value


def by_reference(planned: Mapping[str, Any], args: Mapping[str, Any]) -> dict[str, str]:
    """The large arguments that are whole earlier results, each with the path it came from: kept once, not twice."""
    return {
        name: value.path
        for name, value in planned.items()
        if isinstance(value, Ref) and isinstance(args[name], dict | list | str) and _is_large(args[name])
    }


def whole_args(kept: Mapping[str, Any], paths: Mapping[str, str], results: Results) -> dict[str, Any]:
    """The exact arguments of a call, from what was kept of them and from the results it referred to."""
    return {**kept, **{name: _follow(path.split("."), results) for name, path in paths.items()}}


def _is_large(value: Any) -> bool:
    return len(value if isinstance(value, str) else orjson.dumps(value, default=str)) > LARGE


def _follow(path: list[str], here: Any) -> Any:
    for part in path:
        if isinstance(here, Mapping):
            here = here.get(part)
        elif isinstance(here, Sequence) and not isinstance(here, str) and part.isdigit():
            here = here[int(part)] if int(part) < len(here) else None
        else:
            return None
    return here


def _refs_out(value: Any) -> Any:
    if isinstance(value, Ref):
        return {"$ref": value.path}
    if isinstance(value, Mapping):
        return {key: _refs_out(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_refs_out(item) for item in value]
    return value


def _refs_in(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"$ref"}:
            return Ref(value["$ref"])
        return {key: _refs_in(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_refs_in(item) for item in value]
    return value
