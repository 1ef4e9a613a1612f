"""Two steps, each of which asks a model one question and goes on with its answer."""

from collections.abc import Sequence

from runs.agents import Agent, Goal, Planned, Ref, StageTable
from runs.awaiting import StepCall
from runs.gateway.choosing import Models
from runs.gateway.egress import Allowed, Egress
from runs.gateway.messages import Data, Message, Request, Role, Words
from tools_registry.kinds import Effect, Impact
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

PROMPT = "Say in one word what this is. " * 20


class Question(ToolInput):
    text: str


class Thought(ToolOutput):
    text: str


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"text": "lamp"}])
def bench_think(args: Question, *, call: ToolCall) -> Thought:
    """Ask a model what this is."""
    assert isinstance(call, StepCall)
    words = Message(who="user", parts=(Words(text="What is it?"), Data(text=args.text, field="thing")))
    request = Request(
        role=Role.READER, prompt="bench/1", system=(Words(text=PROMPT),), messages=(words,), most_tokens=200
    )
    return Thought(text=call.ask_model(request).answer.text)


class ThinkingAgent(Agent):
    """Model-bound and nothing else: what is measured is what stands around the calls."""

    name = "bench_thinking"
    label = "Benchmark of models"
    desk = "bench"
    code_version = "1"
    tools = ("bench_think",)
    models = Models(egress=Egress({"anthropic": Allowed(fields=("thing",))}))
    stages = StageTable(
        moves={"thinking": frozenset({"complete"}), "complete": frozenset()},
        tools={"thinking": frozenset({"bench_think"})},
        first="thinking",
        last="complete",
    )
    _plan = (
        Planned("first", "bench_think", {"text": Ref("input.text")}, "thinking"),
        Planned("second", "bench_think", {"text": Ref("first.text")}, "thinking"),
    )

    def plan(self, goal: Goal) -> Sequence[Planned]:
        return self._plan
