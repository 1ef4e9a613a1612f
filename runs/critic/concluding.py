"""What came of a run, in a few sentences: by the strong model from what the run knows, each sentence held to it.

The model is told the working memory, typed values only, and cites facts by their numbers. Whatever a sentence states
that its fact does not carry is marked and lowers the confidence; whatever it says was done is held to the effect.
Without a model the facts themselves are the sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from runs.awaiting import StepCall
from runs.critic import deeds
from runs.critic.grounding import Claim, claims_in, lowered
from runs.gateway.messages import Request, Role, Words
from runs.gateway.quoting import asked, quoted
from runs.memory.recalling import memory_of
from runs.memory.structure import Fact

_BREAK = re.compile(r"(?<=[.!?])\s+")
PROMPT = "conclusion/1"
MOST = 12
FULL = Decimal("1.00")
RULES = (
    "You say in a few sentences what came of a piece of work. Each sentence states one thing and names the numbers"
    " of the facts that say it. Repeat figures as they stand. As `done` name the effects that you say are done."
)


class Sentence(BaseModel):
    """One statement and the facts that carry it."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=400)
    cites: list[int] = Field(max_length=6)


class Synthesis(BaseModel):
    """What a model answers."""

    model_config = ConfigDict(extra="forbid")

    sentences: list[Sentence] = Field(min_length=1, max_length=MOST)
    done: list[str] = Field(max_length=MOST)


@dataclass(frozen=True, slots=True)
class FactSource:
    """A fact as something to be cited."""

    number: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The sentences with their verdicts, what was claimed done and was not, and how much of it all is carried."""

    claims: tuple[Claim, ...]
    untrue: tuple[str, ...]
    confidence: Decimal
    by: str  # model or rules


def conclude(call: StepCall) -> Conclusion:
    """What came of the run in which this step runs."""
    assert call.run_id is not None  # noqa: S101 - a step's call has its run
    facts = memory_of(call.run_id).facts
    said = _by_model(call, facts) or _by_rules(facts)
    sources = [FactSource(n, fact.name, _text(fact)) for n, fact in enumerate(facts, start=1)]
    body = "\n".join(_with_cites(one) for one in said.sentences)
    claims = claims_in(body, sources)
    verified = deeds.verify(call.run_id, deeds.of_steps(call.run_id, said.done))
    untrue = [name for name, one in zip(said.done, verified, strict=True) if not one.is_true]
    confidence = deeds.lowered(lowered(FULL, claims), verified)
    return Conclusion(tuple(claims), tuple(untrue), confidence, "rules" if isinstance(said, _Rules) else "model")


class _Rules(Synthesis):
    """The facts themselves."""


def _by_model(call: StepCall, facts: Sequence[Fact]) -> Synthesis | None:
    told = [{"number": n, **fact.as_json()} for n, fact in enumerate(facts, start=1)]
    request = Request(
        role=Role.SYNTHESIS,
        prompt=PROMPT,
        system=(Words(text=RULES),),
        messages=(asked("What came of it?", quoted("planner.memory", told, trusted=True)),),
        output=Synthesis.model_json_schema(),
        most_tokens=2000,
    )
    if not facts or not call.may_ask_model(request):
        return None
    answer = call.ask_model(request, Synthesis)
    return answer.value if answer.is_usable else None


def _by_rules(facts: Sequence[Fact]) -> Synthesis:
    numbered = list(enumerate(facts, start=1))[-MOST:]
    sentences = [Sentence(text=_one_line(f"{fact.name}: {_text(fact)}"), cites=[n]) for n, fact in numbered]
    done = [fact.name for _, fact in numbered if fact.kind == "effect"]
    return _Rules(sentences=sentences or [Sentence(text="Nothing was found.", cites=[])], done=done)


def _text(fact: Fact) -> str:
    """A fact in words that a sentence can repeat: its kind, tool and values."""
    value = fact.value if isinstance(fact.value, str) else orjson.dumps(fact.value).decode()
    return f"{fact.kind} {fact.tool.replace('_', ' ')} {value}"


def _one_line(text: str) -> str:
    """One sentence, whatever stands in the fact, at most 400 characters."""
    return _BREAK.sub("; ", text)[:400]


def _with_cites(one: Sentence) -> str:
    text = one.text.strip().replace("\n", " ")
    return text + "".join(f" [{number}]" for number in one.cites)
