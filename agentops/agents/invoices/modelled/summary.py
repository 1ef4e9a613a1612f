"""A few plain sentences for the reviewer, by a model that sees numbered facts only; code keeps those that hold.

The facts are what the checks found, each already on the page. A sentence is kept if every figure, date and number in
it, and most of its words, stand in the facts it cites, and if no critic says that it turns them; the others are left
out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, Field

from runs.awaiting import StepCall
from runs.critic.citing import cited
from runs.critic.grounding import WEAK, Claim, claims_in
from runs.critic.reflecting import reflect
from runs.gateway.messages import Data, Request, Role, Words
from runs.gateway.quoting import asked, quoted

PROMPT = "invoices.summary/2"
FACTS = "invoice.facts"
SYSTEM = (
    "You tell a reviewer in at most four short sentences what is odd about a supplier invoice and what it rests on,"
    " from numbered facts alone; what is missing before it can go on comes first. Give with each sentence the numbers"
    " of its facts. Copy figures, dates, names and numbers exactly. Recommend nothing, judge nobody, add nothing."
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


@dataclass(frozen=True, slots=True)
class Summed:
    """The sentences that their facts carry, and how many were left out because none does."""

    text: str = ""
    kept: int = 0
    left_out: int = 0


def summarise(facts: Sequence[str], call: StepCall) -> Summed:
    """A few sentences, each held to its facts by rule and then by a critic; none where nobody may be asked."""
    request = _asking(facts)
    if not facts or not call.may_ask_model(request):
        return Summed()
    found = call.ask_model(request, Summary)
    if not found.is_usable or not isinstance(found.value, Summary):
        return Summed()
    seen = reflect(call, _claims(found.value, facts), (_told(facts),))
    kept = [claim.text for claim in seen.claims if claim.is_supported]
    return Summed(" ".join(kept), len(kept), seen.left_out)


def _asking(facts: Sequence[str]) -> Request:
    return Request(
        role=Role.EXECUTOR,
        prompt=PROMPT,
        system=(Words(text=SYSTEM),),
        messages=(asked("What should the reviewer know first?", _told(facts)),),
        output=Summary.model_json_schema(),
        most_tokens=600,
        thinks=False,
    )


def _told(facts: Sequence[str]) -> Data:
    return quoted(FACTS, {str(number): fact for number, fact in enumerate(facts, 1)})


def _claims(summary: Summary, facts: Sequence[str]) -> list[Claim]:
    """Every sentence, judged; what stands in one answer with something that does not hold goes with it."""
    numbered = [Fact(number=number, text=text) for number, text in enumerate(facts, 1)]
    found: list[Claim] = []
    for told in summary.sentences:
        claims = claims_in(" ".join(cited(told.text, told.facts)), numbered)
        holds = all(claim.is_supported and not _ADDRESS.search(claim.text) for claim in claims)
        found += claims if holds else [replace(claim, verdict=WEAK) for claim in claims]
    return found
