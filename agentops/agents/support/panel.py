"""The ticket's panel on review and run pages: context for the templates in `support/`.

`thread` (messages as paragraphs), `ticket`, `customer` with `orders`, `claims` of the reply on the table with their
sources, `known`, and `fields`: what a person can write where the agent could not. Text of strangers is marked by the
templates; nothing of it is interpreted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from runs.agents import Headline
from runs.models import Action

from . import queries
from .drafting.phrases import phrases_of
from .facts import ReplyAbout
from .grounding import claims_of
from .models import Ticket, Triage
from .policy import rules

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    ReadTicket = WithAnnotations[Ticket, "Beside"]

TONES = {"supported": "ok", "weak": "warn", "no source": "warn", "doubted": "warn"}


class Beside(TypedDict):
    """What is read beside a ticket: what its last message was taken for, the newest reply, the customer's others."""

    category: str | None
    language: str | None
    reply: dict[str, Any] | None
    others: list[dict[str, Any]]


def subject(run_id: UUID) -> dict[str, Any]:
    """What is known of the run's ticket; empty before it has one."""
    ticket = _read(run_id)
    if ticket is None:
        return {}
    return {
        "ticket": ticket,
        "thread": thread_of(ticket),
        "customer": ticket.customer,
        "orders": queries.orders_of_customer(ticket.customer_id, most=5),
        "earlier": _earlier(ticket),
        "known": _known(ticket),
        "fields": [_own_words()],
        **_reply(ticket),
    }


def _read(run_id: UUID) -> ReadTicket | None:
    """The ticket with all of `Beside`, the others newest first; one query."""
    triage = Triage.objects.filter(message__ticket=OuterRef("pk"), message__outgoing=False)
    last = triage.order_by("-message__number", "-turn")
    reply = Action.objects.filter(proposal__run_id=run_id, tool="send_reply").order_by("-proposal__number")
    others = Ticket.objects.filter(customer_id=OuterRef("customer_id")).exclude(pk=OuterRef("pk"))
    told = others.order_by("-opened_at").values(told=JSONObject(number="number", subject="subject", status="status"))
    rows = Ticket.objects.select_related("customer", "follows").filter(run_id=run_id)
    return rows.annotate(
        others=ArraySubquery(told[:5]),
        category=Subquery(last.values("category")[:1]),
        language=Subquery(last.values("language")[:1]),
        reply=Subquery(reply.values("args")[:1]),
    ).first()


def thread_of(ticket: Ticket) -> list[dict[str, Any]]:
    """The messages as they are shown: oldest first, each in paragraphs."""
    return [
        {
            "number": message.number,
            "outgoing": message.outgoing,
            "who": rules().signature if message.outgoing else message.sender or "by form",
            "at": message.at,
            "paragraphs": [line for line in message.text.splitlines() if line.strip()],
            "drafted_by": message.drafted_by,
        }
        for message in ticket.messages.order_by("number")
    ]


def headlines(run_ids: Sequence[UUID]) -> dict[UUID, Headline]:
    """Customer, number and subject of each run's ticket."""
    return {
        run: Headline(
            party=ticket.customer.name if ticket.customer else ticket.reply_to,
            number=f"T-{ticket.number}",
            about=ticket.subject,
            doing="Send a reply",
        )
        for run, ticket in queries.by_runs(run_ids).items()
    }


def _reply(ticket: ReadTicket) -> dict[str, Any]:
    """The claims of the reply that is proposed now, or was last, and what is added below it."""
    args = ticket.reply
    if not args:
        return {}
    about = ReplyAbout.model_validate(args["about"])
    name = ticket.customer.name if ticket.customer else ""
    claims = claims_of(
        args["body"], about.sources, language=about.language, name=name, signature=rules().signature,
        doubted=about.doubted,
    )  # fmt: skip
    there = {source.number: source for source in about.sources}
    words = phrases_of(about.language)
    return {
        "claims": [
            {
                "text": claim.text,
                "cites": claim.cites,
                "verdict": claim.verdict,
                "tone": TONES[claim.verdict],
                "missing": claim.missing,
                "sources": [there[number] for number in claim.cites if number in there],
            }
            for claim in claims
        ],
        "sources": about.sources,
        "added": [text for text, is_on in ((words.disclosure, about.disclosed), (words.rate, about.rated)) if is_on],
        "drafted_by": about.drafted_by,
    }


def _known(ticket: ReadTicket) -> list[dict[str, str]]:
    customer = f"{ticket.customer.name}, {ticket.customer.number}" if ticket.customer else "nobody on file"
    rows = {"Customer": customer, "Reply goes to": ticket.reply_to or "no address", "Subject": ticket.subject}
    if ticket.category:
        rows |= {"About": ticket.category, "Language": ticket.language or ""}
    return [{"label": label, "text": text} for label, text in rows.items()]


def _own_words() -> dict[str, Any]:
    missing = "Written here, it goes through the same checks and to a review before it is sent."
    return {"name": "reply", "label": "Your reply", "kind": "prose", "value": None, "shown": "", "missing": missing,
            "source": {"kind": "person"}}  # fmt: skip


def _earlier(ticket: ReadTicket) -> list[Ticket]:
    """The same customer's other tickets, newest first; nobody else's."""
    if ticket.customer_id is None:
        return [ticket.follows] if ticket.follows else []
    return [Ticket(**other) for other in ticket.others]
