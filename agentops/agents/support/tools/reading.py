"""Tools that look: at the message itself, and at the ticket's own customer."""

from __future__ import annotations

from datetime import date
from typing import Any

from tools_registry.kinds import Effect, Impact
from tools_registry.results import ToolRefused
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .. import queries
from ..classify import classify, own_words
from ..classify.modelled import sorted_further
from ..facts import OrderFacts, Spot
from ..incoming import address, incoming
from ..models import Customer, Message, Ticket


class Given(ToolInput):
    """What the run was asked with: `message`, and `mail` if it came by mail; `goal` where there is no message."""

    message: dict[str, Any] | None = None
    mail: dict[str, Any] | None = None
    goal: str = ""


class Read(ToolOutput):
    """The message to answer, and what the rules say of it. `said` and `question` are a stranger's text."""

    run: str
    ticket: str | None
    number: int
    said: dict[str, Any]
    question: str
    language: str
    sure_of_language: bool
    category: str
    spotted: tuple[Spot, ...]
    sorted_by: str = "rules"
    other_sender: bool = False


@tool(
    impact=Impact.READ, effect=Effect.READ,
    examples=[{"message": {"subject": "My parcel", "text": "Where is it?", "from": "marco@example.com"}}],
)  # fmt: skip
def read_message(args: Given, *, call: ToolCall) -> Read:
    """Read the newest message of this run's ticket, and classify it: by rules, and by a model where they cannot say."""
    ticket = queries.by_runs([call.run_id]).get(call.run_id) if call.run_id else None
    if ticket is not None:
        return _again(ticket, queries.last_incoming(ticket), call)
    given = {"message": args.message, "mail": args.mail}
    said = incoming({name: value for name, value in given.items() if value is not None}, args.goal)
    if not said.text and not said.subject:
        raise ToolRefused("nothing_said", "The message is empty. Give the run a message with a text.")
    customer, _, _ = queries.who_wrote(said.sender, said.customer)
    return Read(
        run=str(call.run_id),
        ticket=None,
        number=1,
        said={**_plain(said), "references": list(said.references)},
        **_classified(said.subject, said.text, customer, call),
    )


def _classified(subject: str, text: str, customer: Customer | None, call: ToolCall) -> dict[str, Any]:
    """What is asked, and what it is about."""
    question = f"{subject}\n{own_words(text)}"
    by_rules = classify(subject, text, otherwise=customer.language if customer else "en")
    found = sorted_further(by_rules, question, call)
    return {
        "question": question,
        "language": found.language,
        "sure_of_language": found.sure_of_language,
        "category": found.category,
        "spotted": tuple(Spot(code=spot.code, words=spot.words) for spot in found.spotted),
        "sorted_by": found.sorted_by,
    }


def _again(ticket: Ticket, message: Message, call: ToolCall) -> Read:
    """A later look: the message as it stands in the thread."""
    subject = ticket.subject if message.number == 1 else ""
    written = address(message.sender.rpartition("<")[2].rstrip(">"))
    return Read(
        run=str(call.run_id),
        ticket=str(ticket.pk),
        number=message.number,
        said={"subject": ticket.subject, "text": message.text, "sender": message.sender, "channel": ticket.channel},
        **_classified(subject, message.text, ticket.customer, call),
        # What colleagues and programs handed in is vouched for by them; a mail must come from the ticket's address.
        other_sender=message.number > 1
        and written != ticket.reply_to
        and not message.message_id.startswith(("form:", "api:")),
    )


def _plain(said: Any) -> dict[str, Any]:
    names = ("subject", "text", "sender", "customer", "channel", "message_id")
    return {name: getattr(said, name) for name in names}


class ThisTicket(ToolInput):
    """Nothing: it is the ticket of the run that asks."""


class CustomerFacts(ToolOutput):
    """The customer of this run's ticket, and their orders; `number` is None where nobody knows who wrote."""

    number: str | None
    name: str = ""
    language: str = ""
    since: date | None = None
    orders: tuple[OrderFacts, ...] = ()


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{}])
def find_customer(args: ThisTicket, *, call: ToolCall) -> CustomerFacts:
    """Look up who wrote this ticket, with their orders. It takes no name and no number: only the ticket's own."""
    customer = queries.customer_of(call.run_id)
    if customer is None:
        return CustomerFacts(number=None)
    orders = tuple(
        OrderFacts(
            number=order.number,
            placed_on=order.placed_on,
            status=order.status,
            parcel=order.parcel,
            expected_on=order.expected_on,
        )
        for order in queries.orders_of(call.run_id)
    )
    return CustomerFacts(
        number=customer.number, name=customer.name, language=customer.language, since=customer.since, orders=orders
    )
