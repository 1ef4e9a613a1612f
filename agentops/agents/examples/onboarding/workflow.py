"""Two agents: one reaches the goal, the other collects what the goal rests on while people are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from agentops.core.models import User
from agentops.knowledge.remembering import known_about, remember
from runs.agents import Agent, Assessment, Budget, Goal, Planned, Ref, Results, StageTable
from runs.memory.corrections import corrections_of
from runs.planner import ModelPlanned
from tools_registry.facts import Check
from tools_registry.kinds import Severity

from ..told import SCRIPTED
from . import tools

LOOKING = frozenset({"run_child", "begin_child", "gather_child"})
DOING = frozenset({tools.open_account.name, tools.note_welcome.name})


class Evidence(Agent):
    """Looks up what an account would rest on. Two reads, side by side."""

    name = "evidence"
    label = "Evidence about customers"
    desk = "sales"
    code_version = "1"
    tools = ("find_alike", "check_tax_number")
    stages = StageTable(
        moves={"looking": frozenset({"done"}), "done": frozenset()},
        tools={"looking": frozenset({"find_alike", "check_tax_number"})},
        first="looking",
        last="done",
    )

    def plan(self, goal: Goal) -> Sequence[Planned]:
        """Both reads share a checkpoint; a customer without a number has none to be looked at."""
        number = goal.input.get("tax_number") or ""
        return (
            Planned("alike", "find_alike", {"name": Ref("input.name")}, "looking", together="both"),
            Planned("tax", "check_tax_number", {"number": number}, "looking", together="both"),
        )


class Onboarding(ModelPlanned):
    """Onboards a customer: evidence as a child run in the background, terms from a person, account, welcome."""

    name = "onboarding"
    label = "Onboarding"
    desk = "sales"
    code_version = "1"
    about = "Onboard a new customer: evidence, terms, account, welcome."
    task = (
        "You onboard new customers. Have `evidence` begin to collect what is on file about the customer (given: name,"
        " tax_number), ask a person for the payment terms meanwhile, gather the evidence, and open the account. Note a"
        " welcome where there is an address."
    )
    tools = ("run_child", "begin_child", "gather_child", "open_account", "note_welcome")
    stages = StageTable(
        moves={"preparing": frozenset({"opening"}), "opening": frozenset({"done"}), "done": frozenset()},
        tools={"preparing": LOOKING, "opening": DOING},
        first="preparing",
        last="done",
    )
    budget = Budget(tokens=200_000, cost=Decimal(5), revisions=6)
    team = ("evidence",)
    models = SCRIPTED
    critic_asks = False

    def plan_by_rules(self, goal: Goal) -> Sequence[Planned]:
        """The same way without a model."""
        given = {"name": Ref("input.name"), "tax_number": Ref("input.tax_number")}
        part = {"agent": "evidence", "goal": "What is on file about this customer?", "given": given}
        return (
            Planned("begun", "begin_child", part, "preparing"),
            Planned(
                "terms", "clarify", {"question": "Which payment terms?", "choices": ["14 days", "30 days"]}, "preparing"
            ),
            Planned("evidence", "gather_child", {"run": Ref("begun.run")}, "preparing"),
            Planned("account", "open_account", account_args(), "opening", proposal="account"),
            Planned("welcome", "note_welcome", welcome_args(), "opening", proposal="welcome", when="input.email"),
        )

    def assess(
        self, label: str, actions: Sequence[tuple[Planned, Mapping[str, Any]]], results: Results, goal: Goal
    ) -> Assessment:
        """The account rests on the evidence, whoever planned it."""
        planned, args = actions[0]
        if planned.tool != tools.open_account.name:
            return Assessment(sentence=f"Welcome {args['account']}.", confidence=Decimal("0.95"))
        return Assessment(
            sentence=f"Open an account for {args['name']}, {args['terms']}.",
            checks=(
                _check("no customer of this name", "name", bool(args["is_new"]), "customer_known"),
                _check("tax number", "tax_number", bool(args["well_formed"]), "tax_number_odd"),
            ),
            confidence=Decimal("0.95"),
            counterparty=counterparty_of(str(args["name"])),
            evidence=tuple(known.as_evidence() for known in known_about(counterparty_of(str(args["name"])))),
        )

    def on_end(self, run_id: UUID, status: str, results: Results) -> None:
        """Terms that a person corrected and signed are remembered for this customer."""
        for one in corrections_of(run_id) if status == "completed" else ():
            if one.field == "terms" and one.counterparty:
                remember(
                    about=one.counterparty,
                    topic="payment terms",
                    words=str(one.after),
                    proposal=one.proposal,
                    digest=one.digest,
                    by=User.objects.get(pk=one.by),
                    now=timezone.now(),
                )


def counterparty_of(name: str) -> str:
    """The neutral key of a customer."""
    return f"customer:{tools.key_of(name)}"


def account_args() -> dict[str, Any]:
    """What an account is opened with: the person's terms, and what the evidence says."""
    return {
        "name": Ref("input.name"),
        "terms": Ref("terms.answer"),
        "is_new": Ref("evidence.results.alike.is_new"),
        "well_formed": Ref("evidence.results.tax.well_formed"),
    }


def welcome_args() -> dict[str, Any]:
    return {"account": Ref("account.account"), "email": Ref("input.email")}


def _check(name: str, field: str, ok: bool, code: str) -> Check:
    return Check(name, field, "yes", "yes" if ok else "no", ok, Severity.WARNS, code, "" if ok else f"{name}: no.")
