"""From what was found to a reply: which order and passages it speaks of, where it goes, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from runs.critic.grounding import lowered
from runs.critic.reflecting import Reflection

from . import queries
from .classify.lexicon import ESCALATIONS
from .drafting import Critic, Draft, Drafter, Wanted
from .drafting.phrases import phrases_of
from .drafting.template import TemplateDrafter
from .facts import Fact, OrderFacts, PassageFacts, ReplyAbout
from .grounding import claims_of
from .models import Ticket
from .policy import Rules, rules

ENOUGH = 0.30  # a best passage below it does not answer the question
NEAR = 0.8  # of the best one's score, for a second article
ARTICLES = 2
CONCERNS = {concern.code: concern for concern in ESCALATIONS}
MARKS_ONLY = frozenset({"addresses_agent"})  # shown with the reply; they alone take no ticket to a person
MISFITS = {
    "customer_mismatch": "Address and customer number are of two customers. Nothing about either is said.",
    "customer_unknown": "No such customer number. Look up who wrote, or answer without customer data.",
}


class Told(Fact):
    """Why a person must look, with the words that raised it, quoted."""

    code: str
    sentence: str
    field: str | None = None
    words: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """A reply ready to be proposed."""

    about: ReplyAbout
    to: str
    subject: str
    body: str
    confidence: str
    codes: tuple[Told, ...]
    marks: tuple[Told, ...]
    how: str = ""


def compose(
    *,
    by: Drafter,
    look: Critic,
    run_id: UUID | None,
    message: Mapping[str, Any],
    customer: Mapping[str, Any],
    passages: Sequence[PassageFacts],
    wrong: str,
    dictated: str,
    subject: str = "",
) -> Composed:
    """The reply to a message of this run's ticket, as `by` drafts it and `look` stands to it. Raises
    `queries.NoTicket`."""
    ticket, house = queries.ticket_of(run_id), rules()
    language = str(message["language"])
    order = _order(message, [OrderFacts.model_validate(one) for one in customer.get("orders", ())])
    used = _used(passages)
    codes = tuple(_codes(ticket, message, bool(order or used or dictated), wrong))
    # What a person must look at first, no model is asked about.
    draft = (TemplateDrafter() if codes else by).draft(
        Wanted(
            language=language,
            name=str(customer.get("name") or ""),
            question=str(message["question"]),
            category=str(message["category"]),
            order=order,
            passages=used,
            signature=house.signature,
            dictated=dictated,
        )
    )
    name = str(customer.get("name") or "")
    claims = claims_of(draft.body, draft.sources, language=language, name=name, signature=house.signature)
    seen = look(draft, claims)
    return Composed(
        about=_about(ticket, message, house, draft, seen.doubted, language),
        to=ticket.reply_to,
        subject=subject or _subject(ticket, language),
        body=draft.body,
        confidence=f"{lowered(Decimal(str(min(_score(order, used), 0.99))), seen.claims)}",
        codes=codes,
        marks=tuple(_marks(ticket, message, house, draft.by)),
        how=" ".join(filter(None, (draft.how, _looked(seen)))),
    )


def _looked(seen: Reflection) -> str:
    """What a critic thought of the draft, for the reviewer."""
    if seen.by != "model":
        return ""
    count = len(seen.doubted)
    return f"A second model doubts {count} sentence{'s' * (count != 1)} of it." if count else "A second model agrees."


def _order(message: Mapping[str, Any], orders: Sequence[OrderFacts]) -> OrderFacts | None:
    """The order that the message speaks of: named in it and the customer's own, or the newest where it is about
    delivery."""
    asked = str(message["question"]).upper()
    if named := next((order for order in orders if order.number.upper() in asked), None):
        return named
    open_ones = [order for order in orders if order.status != "delivered"]
    return (open_ones or [*orders])[0] if message["category"] == "delivery" and orders else None


def _used(passages: Sequence[PassageFacts]) -> tuple[PassageFacts, ...]:
    best = passages[0].score if passages else 0.0
    if best < ENOUGH:
        return ()
    kept: dict[str, PassageFacts] = {}
    for passage in passages:
        if passage.score >= max(ENOUGH, NEAR * best):
            kept.setdefault(passage.key, passage)
    return tuple(kept.values())[:ARTICLES]


def _score(order: OrderFacts | None, used: Sequence[PassageFacts]) -> float:
    scores = ([0.95] if order else []) + [passage.score for passage in used]
    return min(1.0, max(scores, default=0.0) + 0.2) if scores else 0.0


def _about(
    ticket: Ticket, message: Mapping[str, Any], house: Rules, draft: Draft, doubted: tuple[str, ...], language: str
) -> ReplyAbout:
    return ReplyAbout(
        run=str(ticket.run_id),
        ticket=str(ticket.pk),
        number=int(message["number"]),
        language=language,
        disclosed=house.disclose and draft.by != "person",
        rated=house.ask_rating,
        drafted_by=draft.by,
        sources=draft.sources,
        doubted=doubted,
    )


def _subject(ticket: Ticket, language: str) -> str:
    prefix = phrases_of(language).re
    return f"{prefix}{ticket.subject}"[:280] + f" [T-{ticket.number}]"


def _codes(ticket: Ticket, message: Mapping[str, Any], has_answer: bool, wrong: str) -> Iterable[Told]:
    for spot in message["spotted"]:
        if spot["code"] not in MARKS_ONLY:
            yield _concern(spot)
    if wrong in MISFITS:
        yield Told(code=wrong, sentence=MISFITS[wrong])
    if message.get("other_sender"):
        sentence = "Another address wrote on this thread. The reply would still go to the ticket's own."
        yield Told(code="other_sender", sentence=sentence)
    if not ticket.reply_to:
        yield Told(code="no_address", sentence="No verified address to reply to. Add one to the customer's record.")
    if not has_answer:
        sentence = "No article answers this. Write the reply below, or end the run."
        yield Told(code="no_answer", sentence=sentence, field="reply")


def _marks(ticket: Ticket, message: Mapping[str, Any], house: Rules, by: str) -> Iterable[Told]:
    for spot in message["spotted"]:
        if spot["code"] in MARKS_ONLY:
            yield _concern(spot)
    if int(message["number"]) > 1:
        yield Told(code="second_contact", sentence="The customer wrote again on this ticket.")
    if ticket.followed_by.exists():
        yield Told(code="wrote_anew", sentence="The customer opened another ticket about this meanwhile.")
    if not message["sure_of_language"]:
        yield Told(code="language_unsure", sentence="The language of the message could not be told.")
    if house.alone:
        yield from _kept_from_going_alone(message, house, by)


def _kept_from_going_alone(message: Mapping[str, Any], house: Rules, by: str) -> Iterable[Told]:
    """Autonomy is granted for what rules say a message is about; what a model said or wrote earns none by itself."""
    if message["category"] not in house.alone:
        yield Told(code="category_reviewed", sentence=f"Replies about {message['category']} are always reviewed.")
    elif message.get("sorted_by") == "model":
        yield Told(code="category_reviewed", sentence="A model sorted this message, so the reply is reviewed.")
    if by == "model" and not house.alone_modelled:
        yield Told(code="model_draft", sentence="A model drafted this reply, so it is reviewed.")


def _concern(spot: Mapping[str, str]) -> Told:
    concern = CONCERNS[spot["code"]]
    said = concern.sentence if spot["words"] else f"{concern.sentence} A model says so."
    return Told(code=concern.code, sentence=said, words=spot["words"], urgent=concern.urgent)
