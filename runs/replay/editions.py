"""Another version of an agent, as far as it is kept: its stages and tools, its models, and the prompts it asked with.

A version's row keeps which tools it had, in which stages, and which models answered. Its prompts stand in what was
recorded of the questions of its runs. Its code is kept nowhere: how it planned, judged and assessed cannot be had back,
and whatever cannot is said in a sentence (`cannot_tell`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from agentops.core.audit import payloads
from runs.agents import Agent, StageTable
from runs.gateway.spelling import REQUEST, opened, stream_of
from runs.models import AgentVersion, ModelCall
from runs.policy import ALWAYS
from runs.replay.tape import Json
from tools_registry.registry import registry

# What a prompt fixes of a request; what it is about comes from the run.
OURS = ("prompt", "system", "tools", "output", "role", "most_tokens", "effort", "thinks", "may_call", "stop_at")


@dataclass
class Edition:
    """One stored version beside the code that is here; `asked` are the prompts that were wanted of it."""

    hash: str
    body: Mapping[str, Any]
    here: Agent
    asked: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, name: str, here: Agent) -> Edition:
        """The version with this hash. Raises `AgentVersion.DoesNotExist`."""
        body = here.version_body if name == here.version else AgentVersion.objects.get(hash=name).body
        return cls(name, body, here)

    @property
    def is_of_this_code(self) -> bool:
        return bool(self.body.get("code") == self.here.code_version)

    def agent(self) -> Agent:
        """Today's agent with the stages and tools of then."""
        if self.is_of_this_code or not self.body.get("stages"):
            return self.here
        made, stages = copy.copy(self.here), self.body["stages"]
        made.tools = tuple(self.body.get("tools", ()))
        made.stages = StageTable(
            moves={stage: frozenset(tos) for stage, tos in stages.items()},
            tools={stage: frozenset(tools) for stage, tools in self.body.get("stage_tools", {}).items()},
            first=self.here.stages.first if self.here.stages.first in stages else next(iter(stages)),
            last=self.here.stages.last if self.here.stages.last in stages else next(iter(stages)),
        )
        return made

    def asking(self, request: Json) -> Json:
        """The request as that version would ask it: in its own words, about the same things."""
        family = _family(request["prompt"])
        self.asked.add(family)
        was = None if self.is_of_this_code else self.prompts.get(family)
        if was is None:
            return request
        words = [part["text"] for part in _own_words(was)]
        changed = copy.deepcopy({**request, **{name: was[name] for name in OURS if name in was}})
        own = list(_own_words(changed))
        if len(own) == len(words):
            for part, text in zip(own, words, strict=True):
                part["text"] = text
        return changed

    @cached_property
    def prompts(self) -> dict[str, Json]:
        """The last question that runs of this version asked under each prompt, whole; without what was erased."""
        calls = ModelCall.objects.filter(run__version_id=self.hash, question__isnull=False, asked_seq__isnull=False)
        found: dict[str, Json] = {}
        for call in calls.order_by("prompt", "-started_at").distinct("prompt"):
            kept = payloads.read_several(stream_of(call.run_id), [call.asked_seq or 0], name=REQUEST)
            found |= {_family(call.prompt): opened(one) for one in kept.values()}
        return found

    def cannot_tell(self, tools: set[str], *, asks_otherwise: bool) -> Iterator[str]:
        """What of this version is not kept, in sentences; `tools` are those that the run used, `asks_otherwise` says
        that a model was asked otherwise, or another one."""
        name = self.hash[:12]
        if not self.is_of_this_code:
            yield (
                f"Version {name} was made of code {self.body.get('code')}, this is code {self.here.code_version}: how"
                " that code planned, judged and assessed is not kept, so today's rules stand in for it."
            )
            for family in sorted(self.asked - self.prompts.keys()):
                yield f"No run of version {name} kept a question under {family}: today's prompt stands in."
        there = self.body.get("tools", {})
        for tool in sorted(tools & there.keys()):
            if tool in registry.tools and registry.tools[tool].version != there[tool]:
                yield f"{tool} was another tool in version {name}: what it answered then stands in for it."
        for tool in sorted(tools - there.keys() - ALWAYS):
            yield f"Version {name} had no tool {tool}."
        if asks_otherwise:
            yield "What a model would have answered to that is not known: the recorded answer stands in."


def _family(prompt: str) -> str:
    """The prompt's name, whatever its number."""
    return prompt.partition("/")[0]


def _own_words(request: Json) -> Iterator[Json]:
    """Our own words in the messages, part by part."""
    for message in request["messages"]:
        yield from (part for part in message["parts"] if part["kind"] == "words" and message["who"] == "user")
