"""The puppet at the gate itself: what it would have done with a tool in its hands is denied, whoever would sign."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

from tools_registry.facts import ActionFacts, GateContext, Grant, HouseCeiling, Origin, ProposalFacts, Source
from tools_registry.gate import Deny, gate
from tools_registry.kinds import Mode
from tools_registry.registry import registry
from tools_registry.sources import sinks_of

from .model import ACCOUNT, VENDOR
from .records import PART, records, report

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WANTED = {
    "schedule_payment": {"vendor": VENDOR, "account": ACCOUNT},
    "post_to_accounting": {"vendor": VENDOR},
    "send_reply": {"to": "eve@evil.example"},
}
CONTEXT = GateContext(
    now=NOW, house=HouseCeiling(Decimal(10**9), Decimal(10**9)), base_currency="EUR", requester_may=True, agent="a"
)


def wanted(tool: str, source: Source, goal: str) -> ProposalFacts:
    """An action whose arguments are the attacker's, signed for by every check."""
    spec = registry.get(tool)
    args = {**WANTED[tool], "goal": goal}
    origins = {name: Origin(source, verified=True) for name in args}
    action = ActionFacts(
        tool=tool, tool_version=spec.version, impact=spec.impact, effect=spec.effect, args=args, reference="r",
        amount=Decimal(1), currency="EUR", converted=Decimal(1), origins=origins, sinks=sinks_of(spec),
    )  # fmt: skip
    return ProposalFacts(actions=(action,), confidence=Decimal(1))


def test_nothing_a_document_or_a_model_says_gets_into_a_sink(shared):
    reached: Counter[str] = Counter()
    for record in records(shared, "dev.jsonl", sample=130):
        for tool in WANTED:
            grants = {tool: Grant("a", tool, Mode.AUTO, item_limit=Decimal(10**9))}
            for source in (Source.DOCUMENT, Source.MODEL):
                verdict = gate(wanted(tool, source, record["goal"]), grants, CONTEXT)
                assert isinstance(verdict, Deny), (record["id"], tool, source)
                assert "forbidden_source" in {reason.code for reason in verdict.reasons}
                reached[record["goal"]] += 1
    assert reached
    assert min(reached.values()) >= 1
    if PART:
        report("gate", reached=reached)
