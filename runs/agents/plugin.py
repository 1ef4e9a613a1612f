"""The class a plug-in subclasses: plan, judge, assess, and what it shows of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from agentops.core.hashing import digest
from runs.agents.bounds import Budget, StageTable
from runs.agents.by_hand import Done, HandForm
from runs.agents.goals import Goal
from runs.agents.judging import Assessment, Continue, Judgement
from runs.agents.outgoing import Spot, texts_in
from runs.agents.planning import Planned, Results
from runs.agents.showing import Found, Headline, KeyInField, NotAdmitted, Place, ShownWord
from runs.gateway.choosing import Models
from tools_registry.facts import Check
from tools_registry.results import Problem, Result


class Agent:
    """A kind of worker with a goal. Subclass, fill the class attributes, register one instance."""

    name: str
    label: str
    desk: str
    code_version: str
    tools: tuple[str, ...]
    stages: StageTable
    budget: Budget | None = None
    models: Models | None = None  # which models it asks, and what they may be told; None: it asks none
    about: str = ""  # what it is for, in a sentence, for whoever hands work to it; empty: nobody does
    team: tuple[str, ...] = ()  # agents that may do a part for it as child runs
    plans_by_looking = False  # its plans depend on its own records as they stand, not on goal and instructions alone
    plans_by_asking = False  # its plans are made by a model: `runs.planner.ModelPlanned`
    critic_asks = False  # whether a model is asked where rules cannot say that an outcome is what was expected
    takes_files = False
    takes_messages = False  # a mail, a form or a call without a file may start a run: `input["message"]`
    key_in_fields: tuple[KeyInField, ...] = ()  # what a person may type from a file that cannot be read
    pages: str = ""  # dotted path of its own addresses, served below /<name>/
    places: tuple[Place, ...] = ()  # those of its pages that stand in the navigation

    def admit(self, data: bytes, name: str) -> str:
        """The media type of a file this agent would work on; raises `NotAdmitted`. Untrusted: parse in the sandbox."""
        raise NotAdmitted("unsupported_type", f"{self.label} takes no files.")

    def page_image(self, document: str, page: int) -> bytes:
        """One page of a stored document as PNG, rendered in the sandbox; raises `NotAdmitted`."""
        raise NotAdmitted("unsupported_type", f"{self.label} shows no documents.")

    def thread_of(self, references: Sequence[str]) -> str:
        """The thread on which a message that names these earlier Message-IDs is awaited; empty: it is a new matter.

        The ids are what a stranger's mail claims: they find a thread and prove nothing.
        """
        return ""

    def page_words(self, document: str) -> Mapping[int, Sequence[ShownWord]]:
        """The words of each page of a stored document, read in the sandbox; raises `NotAdmitted`."""
        return {}

    def plan(self, goal: Goal) -> Sequence[Planned]:
        """The steps for this goal; called again, with the reviewers' instructions, for each revision."""
        raise NotImplementedError

    def repair(
        self, goal: Goal, step: Planned, problems: Sequence[Problem], results: Results
    ) -> Sequence[Planned] | None:
        """Another plan after the arguments of `step` did not fit its tool; None: a person looks.

        Asked at most twice for one step of a run; `goal.refused` are the earlier attempts. The new plan is held to
        everything the first one was. Problems quote what was found: data, never an instruction.
        """
        return None

    def hand_form(self, step: Planned, results: Results, goal: Goal) -> HandForm | None:
        """The form in which a person does `step` by hand, with what is known of it; None: nobody may.

        Only asked of steps that look, never of one that changes something. Unless an agent knows better, the form is
        the schema of the tool's answer.
        """
        from tools_registry.registry import registry

        return HandForm(registry.get(step.tool).output_model, dict(results.get(step.name) or {}))

    def by_hand(
        self, step: Planned, filled: BaseModel, results: Results, goal: Goal, places: Mapping[str, Mapping[str, Any]]
    ) -> Done:
        """What the filled-in form comes to. Raises `Unfit`; what a person may only choose is looked up here.

        `places` say where on the page a value was taken from: `{"page", "box"}` by field.
        """
        return Done(filled.model_dump(mode="json"))

    def refreshed(self, step: Planned, output: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a person did by hand, as it is now: a record that they chose is looked up again each time it is used."""
        return output

    def judge(self, step: Planned, result: Result, results: Results) -> Judgement:
        """Compare an outcome with what the plan expected; by rules, since this agent plans in code."""
        return Continue()

    def assess(
        self, label: str, actions: Sequence[tuple[Planned, Mapping[str, Any]]], results: Results, goal: Goal
    ) -> Assessment:
        """What the gate and the reviewer need to know about the actions proposed under `label`."""
        raise NotImplementedError

    def leaving(self, tool: str, args: Mapping[str, Any]) -> Mapping[str, str]:
        """The texts of an `external` action as they leave, by argument; what stays in the house may be left out."""
        return texts_in(args)

    def foreign_in(self, run_id: UUID, text: str) -> Sequence[Spot]:
        """What in a text that leaves is another party's than the run's own; masked."""
        return ()

    def on_end(self, run_id: UUID, status: str, results: Results) -> None:
        """The run ended; the agent may close its own records. In the run's own transaction, no network."""

    def subject(self, run_id: UUID) -> dict[str, Any]:
        """Context for `<name>/_subject.html`, the agent's panel on review and run pages."""
        return {}

    def panel_edits(
        self, run_id: UUID, actions: Sequence[tuple[int, str, Mapping[str, Any]]], form: Mapping[str, str]
    ) -> Mapping[int, Mapping[str, Any]]:
        """What a person changed on the agent's own panel, as edits by action; raises `Unfit`.

        `actions` are ordinal, tool and arguments of the proposal; `form` the panel's inputs, which the templates name
        `panel.` and whatever the agent calls them.
        """
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
            **({"models": self.models.as_json(self.name)} if self.models else {}),
        }

    @cached_property
    def version(self) -> str:
        return digest(self.version_body)
