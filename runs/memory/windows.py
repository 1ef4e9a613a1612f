"""A long conversation told briefly: older messages as summaries of eight at a time, the newest ones whole.

A summary is made once and kept as a note of the run; the messages stay where they are. Whoever summarises reads
strangers' words, so it has no tools, and what it writes is as little to be trusted as what it read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import BaseModel, ConfigDict, Field

from agentops.core.hashing import digest
from runs.awaiting import StepCall
from runs.gateway.messages import Request, Role, Words
from runs.gateway.quoting import asked, quoted
from runs.memory.cutting import tokens_of
from runs.memory.noting import note
from runs.models import Note, NoteKind

EVERY = 8
LINE = 160  # characters of a message in a summary by rules
CODE = "summary"
RULES = (
    "You summarise a part of a conversation for whoever answers it next: who wants what, what was promised, what is"
    " open. Leave out courtesies. Repeat figures, dates and names as they stand."
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Said:
    """One message: its number on the thread, who wrote it, and what. Text of strangers."""

    number: int
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation as a prompt holds it: `summaries` of the older parts, `recent` whole. Nothing in it is trusted."""

    summaries: tuple[str, ...]
    recent: tuple[Said, ...]
    tokens_whole: int
    tokens_shown: int

    @property
    def saved(self) -> int:
        return max(0, self.tokens_whole - self.tokens_shown)


class Summary(BaseModel):
    """What a model answers."""

    model_config = ConfigDict(extra="forbid")

    points: list[str] = Field(min_length=1, max_length=8)


def told_briefly(call: StepCall, messages: Sequence[Said], *, field: str, every: int = EVERY) -> Told:
    """The conversation for a prompt; `field` is the name under which the messages may leave the house."""
    whole = max(0, (len(messages) - 1) // every) * every  # the newest window is told whole
    summaries = tuple(_summary(call, messages[start : start + every], field) for start in range(0, whole, every))
    recent = tuple(messages[whole:])
    shown = tokens_of([summaries, [asdict(one) for one in recent]])
    return Told(summaries, recent, tokens_of([asdict(one) for one in messages]), shown)


def _summary(call: StepCall, window: Sequence[Said], field: str) -> str:
    assert call.run_id is not None  # noqa: S101 - a step's call has its run
    key = [asdict(one) for one in window]
    name = digest([NoteKind.SUMMARY.value, CODE, key])
    there = Note.objects.filter(run_id=call.run_id, name=name).first()
    if there is not None and there.body["made_in"] != call.key:
        return there.words
    # A step that runs again asks again, and has its recorded answer: what it noted itself it does not look at.
    words, by = _by_model(call, window, field), "model"
    if not words:
        words, by = _by_rules(window), "rules"
    body = {"from": window[0].number, "to": window[-1].number, "by": by, "made_in": call.key}
    note(call.run_id, call.epoch, NoteKind.SUMMARY, CODE, words=words, body=body, key=key)
    return words


def _by_model(call: StepCall, window: Sequence[Said], field: str) -> str:
    request = Request(
        role=Role.READER,
        prompt="summary/1",
        system=(Words(text=RULES),),
        messages=(asked("Summarise this part.", quoted(field, [asdict(one) for one in window])),),
        output=Summary.model_json_schema(),
        most_tokens=600,
    )
    if not call.may_ask_model(request):
        return ""
    answer = call.ask_model(request, Summary)
    return "\n".join(answer.value.points) if answer.is_usable else ""


def _by_rules(window: Sequence[Said]) -> str:
    """The first sentence of each message."""
    return "\n".join(f"{one.who}: {_SENTENCE.split(one.text.strip(), maxsplit=1)[0][:LINE]}" for one in window)
