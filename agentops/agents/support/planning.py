"""The plan of a ticket in code, and the stages its tools are allowed in.

A ticket is answered in rounds, and each round is a revision: answer the newest message, then wait for the customer.
Which of the two comes next is told by the thread; what a message says never changes the steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runs.agents import Goal, Instruction, Planned, Ref, StageTable

from . import queries
from .models import Ticket
from .policy import rules

REPLY = "reply"  # the label of the proposal that people decide
DICTATED = ("reply", "body")  # the fields in which a person writes a reply
STAGES = StageTable(
    moves={
        "received": frozenset({"reading", "waiting"}),
        "reading": frozenset({"answering"}),
        "answering": frozenset({"replying"}),
        "replying": frozenset({"complete"}),
        "waiting": frozenset({"complete"}),
        "complete": frozenset(),
    },
    tools={
        "reading": frozenset({"read_message", "open_ticket", "find_customer"}),
        "answering": frozenset({"search_knowledge", "draft_reply", "note_triage"}),
        "replying": frozenset({"send_reply", "note_reply"}),
        "waiting": frozenset({"await_answer", "hear_answer"}),
    },
    first="received",
    last="complete",
)


def planned_for(goal: Goal) -> Sequence[Planned]:
    """The next round of this run's ticket."""
    ticket = Ticket.objects.filter(run_id=goal.run_id).first()
    if ticket is None:
        return _answering(goal, goal.instructions, is_new=True)
    last = queries.last_message(ticket)
    if last.outgoing:
        return _waiting(last.number, said=len(goal.instructions))
    return _answering(goal, goal.instructions[last.said_before :], is_new=False)


def dictated_in(said: Sequence[Instruction], *names: str) -> str | None:
    """What a person wrote in one of these fields about this message, the last word."""
    written = [str(one.fields[name]) for one in said for name in names if one.fields.get(name)]
    return written[-1] if written else None


def _answering(goal: Goal, said: Sequence[Instruction], *, is_new: bool) -> Sequence[Planned]:
    given: dict[str, Any] = {"message": Ref("input.message"), "mail": Ref("input.mail")}
    if is_new and not isinstance(goal.input.get("message"), Mapping):
        given["goal"] = goal.text
    read = Planned("read", "read_message", given, stage="reading", expect="the message, and what the rules say of it")
    customer = Planned("customer", "find_customer", {}, stage="reading", expect="the ticket's own customer")
    return (read, *(_opening() if is_new else ()), customer, *_drafting(goal, said, is_new=is_new), *_replying())


def _opening() -> tuple[Planned, ...]:
    args = {"run": Ref("read.run"), "said": Ref("read.said")}
    return (Planned("open", "open_ticket", args, stage="reading", proposal="ticket"),)


def _drafting(goal: Goal, said: Sequence[Instruction], *, is_new: bool) -> tuple[Planned, ...]:
    return (
        Planned(
            "search",
            "search_knowledge",
            {"text": Ref("read.question"), "language": Ref("read.language")},
            stage="answering",
            expect="passages that cover the question",
        ),
        Planned(
            "draft",
            "draft_reply",
            {
                "message": Ref("read"),
                "customer": Ref("customer"),
                "passages": Ref("search.passages"),
                "wrong": Ref("open.wrong") if is_new else "",
                "dictated": dictated_in(said, *DICTATED),
                "subject": dictated_in(said, "subject"),
            },
            stage="answering",
            expect="a reply whose facts cite their sources",
        ),
        Planned(
            "triage",
            "note_triage",
            {
                "run": Ref("read.run"),
                "number": Ref("read.number"),
                "turn": goal.revision,
                "category": Ref("read.category"),
                "language": Ref("read.language"),
                "escalated": Ref("draft.escalated"),
                "looked": bool(said),
            },
            stage="answering",
            proposal="triage",
        ),
    )


def _replying() -> tuple[Planned, ...]:
    return (
        Planned(
            "send",
            "send_reply",
            {
                "about": Ref("draft.about"),
                "to": Ref("draft.to"),
                "subject": Ref("draft.subject"),
                "body": Ref("draft.body"),
            },
            stage="replying",
            proposal=REPLY,
        ),
        Planned(
            "note",
            "note_reply",
            {"answered": {"run": Ref("read.run"), "number": Ref("read.number")}},
            stage="replying",
            proposal=REPLY,
        ),
    )


def _waiting(number: int, said: int) -> Sequence[Planned]:
    days = rules().wait_days
    heard = {
        "run": Ref("answer.run"),
        "number": number,
        "outcome": Ref("answer.outcome"),
        "message": Ref("answer.message"),
        "said_before": said,
    }
    return (
        Planned(
            "answer", "await_answer", {"number": number, "days": days}, stage="waiting", expect="an answer, or none"
        ),
        Planned("hear", "hear_answer", heard, stage="waiting", proposal="heard"),
    )
