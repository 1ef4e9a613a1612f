"""The shared documents as if they were read perfectly: tools, checks and the gate against the wanted dispositions.

Every item of `matching.jsonl` and `expected.jsonl` that has a truth goes, in sequence, through the real tools, the
agent's assessment and the house's gate under the shared policy; what the gate allows is posted and paid, so orders
are used up. Reading is measured elsewhere.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.utils import timezone

from agentops.agents.invoices.extraction import Amounts, DocumentFacts, Extraction, Seen
from agentops.agents.invoices.facts import InvoiceFacts, LineFacts
from agentops.agents.invoices.models import Invoice, JournalEntry, Payment
from agentops.agents.invoices.numbers import account_key
from agentops.agents.invoices.workflow import InvoiceAgent
from agentops.core.ids import uuid7
from agentops.core.money import Money, convert
from runs.agents import Goal, Stuck, resolve
from tools_registry.facts import ActionFacts, GateContext, ProposalFacts
from tools_registry.gate import Allow, gate
from tools_registry.queries import current_policy, house_ceiling
from tools_registry.registry import registry
from tools_registry.results import Empty, Value
from tools_registry.tool import ToolCall

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
AGENT = InvoiceAgent()


@dataclass
class Outcome:
    disposition: str
    reasons: list[str]


@pytest.fixture
def folder(shared):
    return shared / "data/invoices"


@pytest.fixture
def _loaded(folder):
    for command, name in (
        ("load_vendors", "vendors.jsonl"),
        ("load_purchase_orders", "purchase_orders.jsonl"),
        ("load_policy", "policy.json"),
    ):
        call_command(command, str(folder / name), stdout=StringIO())


@pytest.fixture
def truths(folder):
    return {row["file"]: row for row in read(folder / "truth.jsonl")}


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize("name", ["matching.jsonl", "expected.jsonl"])
def test_read_perfectly_every_document_gets_an_acceptable_disposition(folder, truths, name, capsys):
    wrong, counted, autos = [], Counter(), 0
    for item in read(folder / name):
        said = extraction(item, truths)
        if said is None:
            continue
        outcome = decide(said)
        right = outcome.disposition in item["acceptable"]
        told = outcome.disposition != "review" or not item["reasons"] or set(outcome.reasons) & set(item["reasons"])
        counted[outcome.disposition] += 1
        counted["wanted"] += outcome.disposition == item["disposition"]
        autos += item["disposition"] == "auto"
        if not right or not told:
            wrong.append((item["sequence"], item["file"], outcome, item["acceptable"], item["reasons"]))
    read_ = counted["auto"] + counted["review"]
    with capsys.disabled():
        print(f"\n{name}: {read_} read perfectly, {dict(counted)}, wanted auto {autos}, wrong {len(wrong)}")
    assert wrong == []
    assert Invoice.objects.filter(status="posted").count() == counted["auto"] == JournalEntry.objects.count()
    assert Payment.objects.count() <= counted["auto"]


def extraction(item: dict[str, Any], truths: dict[str, Any]) -> Extraction | None:
    """What a perfect reader says of this file; None where no truth is known."""
    known = truths.get(item["file"], {})
    truth = item.get("truth") or known.get("truth")
    if truth is None:
        return None
    truth = dict(truth)
    if truth["invoice_number"] is None and item.get("case") != "missing_number":
        truth["invoice_number"] = f"NEW-{item['sequence']}"  # the truth only says that it is another one
    lines = [
        {name: line[name] for name in ("description", "quantity", "unit_price", "line_total")}
        for line in truth.pop("lines") or ()
    ]
    seen = {name: Seen(value=value, confidence=1.0) for name, value in truth.items()}
    invoice = InvoiceFacts(
        **{**truth, "iban": account_key(truth["iban"]) or None},
        document_type="credit_note" if "credit_note" in item["reasons"] else "invoice",
        lines=tuple(LineFacts(**{**line, "description": line["description"] or ""}) for line in lines),
    )
    sha = "adversarial/dup-a-original.pdf" if "same-bytes" in item["file"] else item["file"]
    return Extraction(
        run=str(uuid7()),
        invoice=invoice,
        amounts=Amounts(net=invoice.net, tax=invoice.tax, gross=invoice.gross, due=invoice.due),
        seen=seen,
        document=DocumentFacts(sha256=sha[-64:], name=item["file"]),
        confidence=Decimal(1),
    )


def decide(said: Extraction) -> Outcome:
    """The agent's plan, the gate, and the effects of what the gate allows."""
    goal = Goal(UUID(said.run), "", {}, uuid7(), TODAY, timezone.now())
    results: dict[str, Any] = {"input": {"document": said.document.sha256}, "extract": said.model_dump(mode="json")}
    plan = AGENT.plan(goal)
    call = ToolCall(key="k", run_id=None, today=TODAY, now=timezone.now())
    for step in plan[1:5]:
        output = run(step, results, call)
        judged = AGENT.judge(step, Value(output), results)
        if isinstance(judged, Stuck):
            return Outcome("review", [reason.code for reason in (judged.reason, *judged.more)])
    run(plan[5], results, call)
    actions = [(step, args_of(step, results)) for step in plan[6:]]
    assessed = AGENT.assess("posting", actions, results, goal)
    facts = ProposalFacts(
        actions=tuple(facts_of(step.tool, args) for step, args in actions),
        checks=assessed.checks,
        confidence=assessed.confidence,
        marks=assessed.marks,
    )
    verdict = gate(facts, current_policy().grants["invoices"], context(goal.now))
    if not isinstance(verdict, Allow):
        return Outcome("review", [reason.code for reason in verdict.reasons])
    for step, _ in actions:
        run(step, results, call)
    return Outcome("auto", [])


def args_of(step, results):
    return registry.tools[step.tool].validate(resolve(step.args, results)).model_dump(mode="json")


def run(step, results, call):
    spec = registry.tools[step.tool]
    answer = spec(spec.validate(resolve(step.args, results)), call=call)
    results[step.name] = answer.output if isinstance(answer, Empty) else spec.dump(answer)
    return results[step.name]


def facts_of(tool, args):
    spec = registry.tools[tool]
    model = spec.validate(args)
    money = spec.amount(model)
    worth = convert(Money(money.amount, money.currency), "EUR", TODAY)
    return ActionFacts(
        tool=tool, tool_version="1", impact=spec.impact, effect=spec.effect, args=args, reference=spec.reference(model),
        amount=money.amount, currency=money.currency, converted=worth.amount if worth else None,
        counterparty=spec.counterparty(model), order=spec.order(model),
    )  # fmt: skip


def context(now: datetime) -> GateContext:
    return GateContext(now=now, house=house_ceiling(), requester_may=True, agent="invoices", today=TODAY)
