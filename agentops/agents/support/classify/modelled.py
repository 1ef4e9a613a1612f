"""What a message is about where the rules cannot say: a model chooses from the same lists, and can only add concerns.

Its choice earns the agent nothing: what it sorts is not sent alone, and a concern of its own brings a person. Unsure,
away, or without a form, it changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from runs.awaiting import StepCall
from runs.gateway.messages import Request, Role, Words
from runs.gateway.quoting import asked, quoted
from tools_registry.tool import ToolCall

from . import Classified, Spotted
from .language import LANGUAGES
from .lexicon import CATEGORIES, ESCALATIONS, OTHER

PROMPT = "support.sort/1"
LONGEST = 6000  # characters of the message
CONCERNS = tuple(concern.code for concern in ESCALATIONS if concern.code != "addresses_agent")
SYSTEM = (
    "You sort messages to a shop's customer service. Choose the category that fits best, or `other`; the language it"
    " is written in, or `other`; and every concern that the message plainly raises, most often none."
)


def _one_of(*names: str) -> Any:
    """One of these, said to the model as a list and held here by pattern."""
    return Field(pattern=f"^(?:{'|'.join(names)})$", json_schema_extra={"enum": list(names)})


class Sorted(BaseModel):
    """One message, sorted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: Annotated[str, _one_of(*CATEGORIES, OTHER)]
    language: Annotated[str, _one_of(*LANGUAGES, "other")]
    concerns: list[Annotated[str, _one_of(*CONCERNS)]] = Field(max_length=len(CONCERNS))


def sorting(text: str) -> Request:
    """The question about one message."""
    return Request(
        role=Role.EXECUTOR,
        prompt=PROMPT,
        system=(Words(text=SYSTEM),),
        messages=(asked("Sort this message.", quoted("ticket.message", text[:LONGEST])),),
        output=Sorted.model_json_schema(),
        most_tokens=200,
        thinks=False,
    )


def sorted_further(by_rules: Classified, text: str, call: ToolCall) -> Classified:
    """What the rules say, completed by a model where they could not say it."""
    unclear = by_rules.category == OTHER or not by_rules.sure_of_language
    if not unclear or not isinstance(call, StepCall) or any(spot.code in CONCERNS for spot in by_rules.spotted):
        return by_rules
    request = sorting(text)
    if not call.may_ask_model(request):
        return by_rules
    found = call.ask_model(request, Sorted)
    return _completed(by_rules, found.value) if found.is_usable and isinstance(found.value, Sorted) else by_rules


def _completed(by_rules: Classified, said: Sorted) -> Classified:
    completed = by_rules
    if by_rules.category == OTHER and said.category != OTHER:
        completed = replace(completed, category=said.category, sorted_by="model")
    if not by_rules.sure_of_language and said.language in LANGUAGES:
        completed = replace(completed, language=said.language)
    raised = tuple(Spotted(code, "") for code in dict.fromkeys(said.concerns))
    return replace(completed, spotted=(*completed.spotted, *raised))
