"""Tools that find what may be said, and say it."""

from __future__ import annotations

from typing import Annotated, Any

from agentops.knowledge.search import search
from tools_registry.facts.origins import LOOKED_UP
from tools_registry.kinds import Effect, Impact
from tools_registry.results import Empty
from tools_registry.sources import Is
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from ..drafting import critic, drafter
from ..facts import PassageFacts, ReplyAbout
from ..policy import rules
from ..replies import Told, compose


class Question(ToolInput):
    """What was asked, in which language. A stranger's text: it finds articles and chooses nothing else."""

    text: str
    language: str


class Passages(ToolOutput):
    """What covers the question, best first."""

    passages: tuple[PassageFacts, ...]


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"text": "How long does delivery take?", "language": "en"}])
def search_knowledge(args: Question, *, call: ToolCall) -> Passages | Empty:
    """Search the knowledge base in the message's language; each passage comes with its source, its day and a score."""
    found = search(collection=rules().collection, text=args.text, language=args.language, limit=5)
    if not found:
        return Empty({"passages": []}, note="no article covers the question")
    rows = (
        PassageFacts(
            key=one.key,
            title=one.title,
            text=one.text,
            source=one.source,
            updated_on=one.updated_on,
            digest=one.digest,
            score=one.score,
        )
        for one in found
    )
    return Passages(passages=tuple(rows))


class Wish(ToolInput):
    """All that is known; `dictated` and `subject` are a person's own words."""

    message: dict[str, Any]
    customer: dict[str, Any]
    passages: tuple[PassageFacts, ...] = ()
    wrong: str = ""
    dictated: str | None = None
    subject: str | None = None


class Drafted(ToolOutput):
    """A reply ready to be proposed. `codes` need a person before anything is proposed, `marks` before it is sent."""

    about: ReplyAbout
    to: Annotated[str, Is(LOOKED_UP)]  # as the ticket keeps it: of the customer's record, or who asked
    subject: str
    body: str
    confidence: str
    codes: tuple[Told, ...]
    escalated: tuple[str, ...]
    marks: tuple[Told, ...]
    how: str = ""  # it was drafted, where there is something to say of that


@tool(
    impact=Impact.READ, effect=Effect.READ,
    examples=[{"message": {"number": 1, "question": "Where is my parcel?", "language": "en"}, "customer": {}}],
)  # fmt: skip
def draft_reply(args: Wish, *, call: ToolCall) -> Drafted:
    """Draft a reply in which each fact cites the passage or the order it is from."""
    made = compose(
        by=drafter(call),
        look=critic(call),
        run_id=call.run_id,
        message=args.message,
        customer=args.customer,
        passages=args.passages,
        wrong=args.wrong,
        dictated=args.dictated or "",
        subject=args.subject or "",
    )
    return Drafted(
        about=made.about,
        to=made.to,
        subject=made.subject,
        body=made.body,
        confidence=made.confidence,
        codes=made.codes,
        escalated=tuple(told.code for told in made.codes),
        marks=made.marks,
        how=made.how,
    )
