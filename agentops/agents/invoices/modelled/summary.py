"""A few plain sentences for the reviewer, by a model that sees numbered facts only; code keeps those that hold.

The facts are what the checks found, each already on the page. A sentence is kept if every figure, date and number in
it, and most of its words, stand in the facts it cites; the others are dropped, and without any there is no summary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from runs.awaiting import StepCall
from runs.critic.citing import cited
from runs.critic.grounding import claims_in
from runs.gateway.messages import Request, Role, Words
from runs.gateway.quoting import asked, quoted

PROMPT = "invoices.summary/1"
FACTS = "invoice.facts"
SYSTEM = (
    "You tell a reviewer in at most four short sentences what is odd about a supplier invoice and what it rests on,"
    " from numbered facts alone. Give with each sentence the numbers of its facts. Copy figures, dates, names and"
    " numbers exactly. Recommend nothing, judge nobody, add nothing."
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+")


@dataclass(frozen=True, slots=True)
class Fact:
    """One numbered fact, as a source is cited."""

    number: int
    text: str
    title: str = ""


class Told(BaseModel):
    """One sentence, and the numbers of the facts it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=300)
    facts: list[int] = Field(min_length=1, max_length=6)


class Summary(BaseModel):
    """What a model makes of the facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentences: list[Told] = Field(min_length=1, max_length=4)


def summarise(facts: Sequence[str], call: StepCall) -> str:
    """The sentences that their facts carry; empty where nobody may be asked, or nothing of the answer holds."""
    request = _asking(facts)
    if not facts or not call.may_ask_model(request):
        return ""
    found = call.ask_model(request, Summary)
    return " ".join(_kept(found.value, facts)) if found.is_usable and isinstance(found.value, Summary) else ""


def _asking(facts: Sequence[str]) -> Request:
    return Request(
        role=Role.EXECUTOR,
        prompt=PROMPT,
        system=(Words(text=SYSTEM),),
        messages=(
            asked(
                "What should the reviewer know first?",
                quoted(FACTS, {str(number): fact for number, fact in enumerate(facts, 1)}),
            ),
        ),
        output=Summary.model_json_schema(),
        most_tokens=600,
        thinks=False,
    )


def _kept(summary: Summary, facts: Sequence[str]) -> Iterator[str]:
    numbered = [Fact(number=number, text=text) for number, text in enumerate(facts, 1)]
    for told in summary.sentences:
        claims = claims_in(" ".join(cited(told.text, told.facts)), numbered)
        if all(claim.is_supported and not _ADDRESS.search(claim.text) for claim in claims):
            yield from (claim.text for claim in claims)
