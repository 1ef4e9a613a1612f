"""What a model is asked for when it drafts a reply, and the form its answer must have.

It sees the customer's words as quoted text beside the numbered sources, has no tools, and writes sentences; who the
reply goes to, the greeting and the ending are ours. Raise the prompt's number when a word of it changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from runs.gateway.messages import Data, Message, Request, Role, Words
from runs.gateway.quoting import asked, quoted
from tools_registry.results import Problem

from ..facts import Source
from .seam import Wanted

PROMPT = "support.draft/1"
MOST_TOKENS = 1200
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch"}
SYSTEM = (
    "You draft the middle of a reply of a shop's customer service: short, plain, friendly sentences.\n"
    "State only what the numbered sources say, and give with each sentence the numbers of the sources that say it."
    " A sentence that no source carries is left out. Keep figures, dates, names and numbers exactly as the source has"
    " them.\n"
    "Promise nothing, offer no money, ask for no password, card or document, write no link that no source has.\n"
    "No greeting, no thanks, no ending and no signature: they are added."
)


class Sentence(BaseModel):
    """One sentence, and the numbers of the sources that carry it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=500)
    cites: list[int] = Field(max_length=4)


class Written(BaseModel):
    """The middle of a reply."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentences: list[Sentence] = Field(min_length=1, max_length=12)


def drafting(wanted: Wanted, sources: Sequence[Source]) -> Request:
    """The question; equal for equal tickets and sources."""
    question = f"Answer the customer's message in {LANGUAGES.get(wanted.language, 'English')}, from the sources."
    return Request(
        role=Role.EXECUTOR,
        prompt=PROMPT,
        system=(Words(text=SYSTEM),),
        messages=(
            asked(
                question,
                *told_of(sources),
                quoted("ticket.message", wanted.question),
            ),
        ),
        output=Written.model_json_schema(),
        most_tokens=MOST_TOKENS,
        thinks=False,
    )


def once_more(request: Request, problems: Sequence[Problem]) -> Request:
    """The same question after an answer that did not have the form; nothing of that answer is repeated."""
    codes = ", ".join(sorted({problem.code for problem in problems})) or "no answer"
    told = Words(text=f"An earlier answer to this did not have the form that is asked for ({codes}). Keep to the form.")
    first = request.messages[0]
    again = Message(who=first.who, parts=(*first.parts, told))
    return request.model_copy(update={"messages": (again, *request.messages[1:])})


def told_of(sources: Sequence[Source]) -> tuple[Data, ...]:
    """The numbered sources, articles and orders apart: a house may let the one leave and keep the other."""
    told: dict[str, list[dict[str, object]]] = {}
    for one in sources:
        told.setdefault(one.kind, []).append({"number": one.number, "title": one.title, "text": one.text})
    return tuple(quoted(f"{kind}.source", rows) for kind, rows in told.items())
