"""A small agent with its tools for the runtime's tests, an inbox that remembers, and a worker in the test's thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from agentops.core.ids import uuid7
from agentops.core.models import User
from agentops.core.money import Money
from runs import drain, inbox, policy, services, sql
from runs.agents import Agent, Assessment, Continue, Judgement, Planned, Ref, StageTable, Stuck, agents
from runs.inbox import Ask
from runs.leased import LeasedRun
from runs.models import Run
from tools_registry.facts import Check, Grant, Reason
from tools_registry.kinds import Effect, Impact, Mode, Severity
from tools_registry.policy import Policy
from tools_registry.queries import current_policy
from tools_registry.results import ToolFailed, ToolRefused
from tools_registry.services.policy import change_policy_by_command
from tools_registry.services.seeding import ensure_policy
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

INBOX_USERS = ("runs.parking", "runs.proposing.deciding", "runs.permits", "runs.recording", "runs.services.ending")
WORLD: dict[str, Any] = {}  # what the tools below read; emptied before each test


class Asked(ToolInput):
    what: str = "thing"


class Told(ToolOutput):
    amount: str
    what: str


class Sale(ToolInput):
    what: str
    amount: Decimal


class Sold(ToolOutput):
    number: str


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"what": "thing"}])
def look(args: Asked, *, call: ToolCall) -> Told:
    """Look what there is."""
    WORLD.setdefault("looks", []).append(args.what)
    if WORLD.get("look_fails"):
        raise ToolFailed("source_away", "The source does not answer")
    if WORLD.get("thread"):
        return Told(amount="10", what=heard(call))
    if WORLD.get("child") or getattr(call, "answers", None):
        done = call.run_child("shop", "sell another", {"what": "shade"}) if not WORLD.get("ask") else None  # type: ignore[attr-defined]
        if done:
            return Told(amount="10", what=done["results"]["see"]["what"] + " and " + args.what)
    if WORLD.get("ask"):
        answer = call.ask_people("Which one?", choices=["a", "b"])  # type: ignore[attr-defined]
        return Told(amount="10", what=answer["answer"])
    return Told(amount=WORLD.get("amount", "10"), what=args.what)


def heard(call: Any) -> str:
    """What the counterparty said, asked once or twice."""
    said = []
    for number in range(1 + bool(WORLD.get("twice"))):
        answer = call.wait_for_message(WORLD["thread"], expires_in=timedelta(hours=1), number=number)
        said.append(answer["message"]["text"] if answer["outcome"] == "answered" else answer["outcome"])
    return " ".join(said)


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"what": "thing"}])
def glance(args: Asked, *, call: ToolCall) -> Told:
    """Look at something else."""
    return Told(amount="1", what=args.what)


def sale_basis(args: Sale, *, lock: bool) -> dict[str, Any]:
    return {"price": WORLD.get("price", "1")}


@tool(
    impact=Impact.MONEY,
    effect=Effect.TRANSACTIONAL,
    reference=lambda args: f"sale:{args.what}",
    amount=lambda args: Money(args.amount, "EUR"),
    counterparty=lambda args: f"buyer:{args.what}",
    basis=sale_basis,
    examples=[{"what": "thing", "amount": "10"}],
)
def sell(args: Sale, *, call: ToolCall) -> Sold:
    """Sell a thing."""
    if WORLD.get("sell_refuses"):
        raise ToolRefused("not_for_sale", "It is not for sale")
    WORLD.setdefault("sold", []).append(args.what)
    return Sold(number=f"S-{args.what}")


@tool(
    impact=Impact.WRITE,
    effect=Effect.TRANSACTIONAL,
    reference=lambda args: f"note:{args.what}",
    examples=[{"what": "thing"}],
)
def note(args: Asked, *, call: ToolCall) -> Sold:
    """Make a note."""
    return Sold(number=f"N-{args.what}")


class ShopAgent(Agent):
    """Looks, glances, sells and notes."""

    name = "shop"
    label = "Shop"
    desk = "shop"
    code_version = "1"
    tools = ("look", "glance", "sell", "note")
    stages = StageTable(
        moves={"looking": frozenset({"selling"}), "selling": frozenset({"done"}), "done": frozenset()},
        tools={"looking": frozenset({"look", "glance"}), "selling": frozenset({"sell", "note"})},
        first="looking",
        last="done",
    )

    def plan(self, goal: Any) -> list[Planned]:
        return [
            Planned("see", "look", {"what": Ref("input.what")}, "looking"),
            Planned("peek", "glance", {"what": "x"}, "looking", together="both"),
            Planned("peep", "glance", {"what": "y"}, "looking", together="both"),
            Planned(
                "sale",
                "sell",
                {"what": Ref("see.what"), "amount": Ref("see.amount")},
                "selling",
                proposal="sale",
            ),
            Planned("slip", "note", {"what": Ref("see.what")}, "selling", proposal="sale"),
        ]

    def judge(self, step: Planned, result: Any, results: Any) -> Judgement:
        if step.name == "see" and WORLD.get("strange"):
            return Stuck(Reason("strange", "This is strange."))
        return Continue()

    def assess(self, label: str, actions: Any, results: Any, goal: Any) -> Assessment:
        return Assessment(
            sentence=f"Sell {results['see']['what']} for {results['see']['amount']} EUR.",
            checks=tuple(WORLD.get("checks", ())),
            confidence=Decimal("0.9"),
            counterparty=f"buyer:{results['see']['what']}",
            facets={"thing": results["see"]["what"]},
        )

    def on_end(self, run_id: UUID, status: str, results: Any) -> None:
        WORLD.setdefault("ended", []).append(status)


agents.register(ShopAgent())


class RememberingInbox:
    """Opens nothing, remembers everything."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self.objects: str | None = None

    def ask(self, ask: Ask) -> UUID:
        self.asks.append(ask)
        return uuid7()

    def withdraw(self, run_id: UUID, *, why: str, now: datetime) -> None:
        self.asks = [ask for ask in self.asks if ask.run_id != run_id]

    def objection(self, proposal_id: UUID, signers: Any, now: datetime) -> str | None:
        return self.objects


@pytest.fixture(autouse=True)
def world() -> Iterator[dict[str, Any]]:
    WORLD.clear()
    yield WORLD
    WORLD.clear()


@pytest.fixture
def failing() -> Check:
    return Check("price", "amount", "1", "2", False, Severity.WARNS, "price_variance", "The price differs.")


@pytest.fixture
def blocking() -> Check:
    return Check("account", "iban", "a", "b", False, Severity.BLOCKS, "bank_account_changed", "Another account.")


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> RememberingInbox:
    asked = RememberingInbox()
    inbox.inbox.cache_clear()
    for module in INBOX_USERS:
        monkeypatch.setattr(f"{module}.inbox", lambda: asked)
    return asked


@pytest.fixture
def granted(transactional_db: None) -> Policy:
    """The shop agent may sell up to 100 alone, and two people sign above 500."""
    ensure_policy()
    policy_ = current_policy()
    for name in ("look", "glance", "note"):
        policy_ = policy_.with_grant(Grant("shop", name, Mode.AUTO))
    sell_ = Grant("shop", "sell", Mode.AUTO, item_limit=Decimal(100), second_signature_over=Decimal(500))
    change_policy_by_command(to=policy_.with_grant(sell_), why="a test", now=datetime.now(UTC))
    return current_policy()


@pytest.fixture
def requester(transactional_db: None) -> User:
    return User.objects.create(email="inbox@example.test", name="Inbox", kind="service", password="!")


@pytest.fixture
def shop(granted: Policy, requester: User, people: RememberingInbox, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr("runs.bell.ring", lambda: None)
    return Shop(requester, people)


class Shop:
    """Starts runs of the shop agent and carries them in this thread."""

    def __init__(self, requester: User, people: RememberingInbox) -> None:
        self.requester, self.people = requester, people

    def start(self, what: str = "lamp", **more: Any) -> UUID:
        return services.start_run(agent="shop", requester=self.requester, goal="sell", given={"what": what}, **more)

    def claim(self, *, suspects: bool = False) -> list[LeasedRun]:
        view = policy.current()
        rows = sql.claim(10, holder="test", suspects=suspects)
        return [LeasedRun.from_row(row, "test", view) for row in rows]

    def work(self, *, suspects: bool = False) -> None:
        """Claim and carry everything that is due."""
        for run in self.claim(suspects=suspects):
            drain.carry(run, threading.Event())

    def run(self, run_id: UUID) -> Run:
        return Run.objects.get(pk=run_id)


@pytest.fixture
def policy_admin(transactional_db: None) -> User:
    from agentops.core.audit.trail import Actor
    from agentops.core.permissions import Role
    from agentops.core.services import create_person, grant_role

    by, now = Actor.system("test"), datetime.now(UTC)
    person = create_person(email="policy@example.test", name="Pia", by=by, now=now, password=None)
    grant_role(user=person, role=Role.POLICY_ADMIN, by=by, now=now)
    return User.objects.get(pk=person.pk)
