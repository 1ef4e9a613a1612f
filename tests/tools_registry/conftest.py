"""What the tests of the tools room share: a proposal that passes the gate, and people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group

from agentops.core.audit import trail
from agentops.core.models import User
from agentops.core.permissions import Role
from tools_registry.facts import ActionFacts, Check, GateContext, Grant, HouseCeiling, ProposalFacts
from tools_registry.kinds import Effect, Impact, Mode, Severity
from tools_registry.tool import ToolCall

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
D = Decimal


class Scene:
    """A payment of 100 EUR that the gate allows, and ways to change one thing about it."""

    payment = ActionFacts(
        tool="pay",
        tool_version="v1",
        impact=Impact.MONEY,
        effect=Effect.IDEMPOTENT,
        args={"invoice": "1"},
        reference="payment:1",
        amount=D("100.00"),
        currency="EUR",
        converted=D("100.00"),
        counterparty="vendor:7",
        order="po:3",
        evidence_at=NOW,
    )
    posting = replace(payment, tool="post", impact=Impact.WRITE, effect=Effect.TRANSACTIONAL, reference="invoice:1")
    grants = {
        "pay": Grant(
            "invoices",
            "pay",
            Mode.AUTO,
            item_limit=D(10_000),
            day_limit_counterparty=D(20_000),
            day_limit_order=D(20_000),
            day_limit_agent=D(100_000),
            min_confidence=D("0.9"),
            second_signature_over=D(20_000),
        ),
        "post": Grant("invoices", "post", Mode.AUTO, item_limit=D(10_000)),
    }
    context = GateContext(
        now=NOW,
        house=HouseCeiling(D(25_000), D(50_000)),
        base_currency="EUR",
        requester_may=True,
        agent="invoices",
        today=date(2026, 11, 20),
    )
    check = Check("total", "gross", "100.00", "100.00", True, Severity.WARNS, "total_variance")

    @classmethod
    def proposal(cls, *actions: ActionFacts, **fields: Any) -> ProposalFacts:
        return ProposalFacts(
            actions=actions or (cls.payment,), **{"checks": (cls.check,), "confidence": D("0.97"), **fields}
        )

    @classmethod
    def granted(cls, tool: str = "pay", **fields: Any) -> dict[str, Grant]:
        return {**cls.grants, tool: replace(cls.grants[tool], **fields)}


@pytest.fixture
def scene() -> type[Scene]:
    return Scene


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def call() -> ToolCall:
    return ToolCall(key="run:1:1", agent="invoices", today=NOW.date(), now=NOW, tool="pay")


@pytest.fixture
def person(db) -> Callable[..., User]:
    """Make a person with roles."""

    def make(name: str, *roles: Role) -> User:
        user = User.objects.create_user(f"{name.lower()}@example.org", name)
        user.groups.add(*Group.objects.filter(name__in=[role.value for role in roles]))
        return user

    return make


@pytest.fixture
def ines(person) -> User:
    return person("Ines", Role.POLICY_ADMIN)


@pytest.fixture
def henrik(person) -> User:
    return person("Henrik", Role.POLICY_ADMIN)


@pytest.fixture
def told(db) -> Callable[[], list[str]]:
    """The actions of the policy's trail, in order."""
    from agentops.core.models import AuditEntry

    trail._expected.clear()
    return lambda: list(AuditEntry.objects.filter(stream="policy").order_by("seq").values_list("action", flat=True))
