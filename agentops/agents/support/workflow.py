"""The support agent: its plan in code, its stages, what makes it stop, and what its proposals say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from runs.agents import (
    Agent,
    Assessment,
    Budget,
    Continue,
    Found,
    Goal,
    Headline,
    Judgement,
    Planned,
    Replan,
    Results,
    Stuck,
)
from runs.agents.outgoing import Spot
from runs.gateway.choosing import Models
from tools_registry.facts import Reason
from tools_registry.results import Result

from . import panel, queries
from .assessment import assess_note, assess_reply, why_stuck
from .grounding import for_customer
from .outbound import of_others
from .pages.places import PLACES
from .planning import REPLY, STAGES, planned_for
from .services import end_ticket
from .tools import TOOLS


class SupportAgent(Agent):
    """Answers tickets from the knowledge base; moves no money and deletes nothing: it has no tool that could."""

    name = "support"
    label = "Customer support"
    desk = "support"
    about = (
        "Answers messages of customers from the knowledge base: about an order, its delivery, parcel and tracking, a"
        " return or refund, warranty and repair, an account, a password, prices and products."
    )
    code_version = "3"
    tools = tuple(spec.name for spec in TOOLS)
    stages = STAGES
    # A round of question and answer takes two revisions and ten steps; a conversation has several.
    budget = Budget(
        steps=200, tool_calls=300, cost=Decimal("0.50"), tokens=50_000, work=timedelta(minutes=15), revisions=24
    )
    models = Models()  # asked for what rules and templates cannot do, where the house lets a ticket leave
    takes_messages = True
    plans_by_looking = True
    pages = "agentops.agents.support.pages.urls"
    places = PLACES

    def thread_of(self, references: Sequence[str]) -> str:
        """The thread of the ticket that one of these Message-IDs belongs to."""
        ticket = queries.named_in(references)
        return ticket.thread if ticket and queries.is_open(ticket) else ""

    def plan(self, goal: Goal) -> Sequence[Planned]:
        """The next round: answer the newest message, or wait for the customer."""
        return planned_for(goal)

    def hand_form(self, step: Planned, results: Results, goal: Goal) -> None:
        """Nobody does a step by hand: who the customer is is never typed, and a reply is written where it is asked."""
        return None

    def judge(self, step: Planned, result: Result, results: Results) -> Judgement:
        """Stop for a person where the rules say so; go on in rounds."""
        found = results.get(step.name) or {}
        if step.name == "triage" and found.get("stop"):
            reasons = why_stuck(results)
            return Stuck(reasons[0], reasons[1:])
        if step.name == "note":
            return Replan(Reason("replied", "The reply was sent. The run waits for the customer."))
        if step.name == "hear" and found.get("outcome") == "answered":
            return Replan(Reason("customer_answered", "The customer answered."))
        return Continue()

    def assess(
        self, label: str, actions: Sequence[tuple[Planned, Mapping[str, Any]]], results: Results, goal: Goal
    ) -> Assessment:
        """The checks, marks and sentence of a proposal."""
        if label == REPLY:
            given = {planned.name: args for planned, args in actions}
            return assess_reply(given["send"], given.get("note"), results, goal)
        return assess_note(label, actions[0][1], results)

    def leaving(self, tool: str, args: Mapping[str, Any]) -> Mapping[str, str]:
        """A reply as the customer reads it; what it is about stays here."""
        return {"subject": str(args["subject"]), "body": for_customer(str(args["body"]))}

    def foreign_in(self, run_id: UUID, text: str) -> Sequence[Spot]:
        """What belongs to other customers than the ticket's own."""
        return of_others(text, customer=queries.ticket_of(run_id).customer_id)

    def on_end(self, run_id: UUID, status: str, results: Results) -> None:
        """The ticket ends with its run."""
        end_ticket(run_id=run_id, resolved=status == "completed", now=timezone.now())

    def subject(self, run_id: UUID) -> dict[str, Any]:
        """The thread, the draft's claims and their sources; see `panel`."""
        return panel.subject(run_id)

    def headlines(self, run_ids: Sequence[UUID]) -> Mapping[UUID, Headline]:
        """Customer and number of each ticket."""
        return panel.headlines(run_ids)

    def prepare_demo(self, folder: Path, day: date) -> list[Path]:
        """The demo's customers, articles, rules and tickets."""
        from .demo.load import load_demo

        return load_demo(folder, day)

    def report_demo(self, folder: Path, found: Mapping[str, Found]) -> str:
        """What became of the demo's tickets."""
        from .demo.load import report_demo

        return report_demo(folder, found)
