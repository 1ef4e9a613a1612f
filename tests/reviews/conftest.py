"""People, a desk, and runs that wait for them: rows made directly, as the runtime would have left them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group

from agentops.core.audit.models import AuditEntry
from agentops.core.audit.trail import Actor
from agentops.core.hashing import digest
from agentops.core.ids import uuid7
from agentops.core.models import User
from reviews import services
from reviews.inbox import ReviewInbox
from reviews.models import Desk, Review
from runs.agents import Agent, StageTable, agents
from runs.inbox import Ask
from runs.models import Action, AgentVersion, Await, Proposal, Run, RunInput
from tools_registry.facts import Reason


class Filer(Agent):
    """The agent whose runs these are; it does nothing here."""

    name, label, desk, code_version, tools = "filer", "Filer", "payables", "1", ()
    stages = StageTable({"posting": frozenset()}, {}, "posting", "posting")


@pytest.fixture(autouse=True)
def filer(monkeypatch) -> Filer:
    agent = Filer()
    monkeypatch.setitem(agents._agents, "filer", agent)
    return agent


SETUP = Actor.system("tests")
FAR = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The business time of a test."""
    return datetime.now(UTC)


@pytest.fixture
def person(db) -> Callable[..., User]:
    """Makes a person with roles; `service=True` makes a service user."""

    def make(name: str, *roles: str, service: bool = False, **fields: Any) -> User:
        email = f"{name.lower()}-{uuid7()}@example.com"
        user = User.objects.create_user(email, name, kind="service" if service else "person", **fields)
        user.groups.add(*Group.objects.filter(name__in=roles))
        return user

    return make


@dataclass
class People:
    maria: User  # reviewer
    omar: User  # reviewer
    jonas: User  # controller
    amina: User  # controller
    inbox: User  # service


@pytest.fixture
def desk(db) -> Desk:
    return services.create_desk(slug="payables", name="Accounts payable", by=SETUP)


@pytest.fixture
def people(person, desk) -> People:
    everybody = People(
        person("Maria", "reviewer"),
        person("Omar", "reviewer"),
        person("Jonas", "controller"),
        person("Amina", "controller"),
        person("Inbox", "service", service=True),
    )
    for reviewer in (everybody.maria, everybody.omar):
        services.grant_desk(to=reviewer, desk=desk, by=SETUP)
    for controller in (everybody.jonas, everybody.amina):
        services.grant_desk(to=controller, desk=desk, by=SETUP, permissions=("view", "decide", "sign_second"))
    return everybody


@pytest.fixture
def run(people) -> Callable[..., Run]:
    """A run that waits for people."""

    def make(requester: User | None = None, *, ended: bool = False, document: str | None = None, **fields: Any) -> Run:
        version, _ = AgentVersion.objects.get_or_create(hash="0" * 64, defaults={"agent": "filer", "body": {}})
        made = Run.objects.create(
            **{
                "agent": "filer",
                "version": version,
                "requester": requester or people.inbox,
                "stage": "posting",
                "due_at": FAR,
                "budget_steps": 40,
                "budget_calls": 60,
                "budget_tokens": 50_000,
                "budget_cost": 500_000,
                "budget_ms": 900_000,
                "budget_revisions": 3,
                **fields,
            }
        )
        # A run is born queued; a worker had it, and parked or finished it.
        Run.objects.filter(id=made.id).update(status="running", epoch=1, lease_until=FAR, due_at=FAR)
        rest = {"status": "completed", "ended_at": FAR} if ended else {"status": "awaiting", "awaiting": "review"}
        Run.objects.filter(id=made.id).update(lease_until=None, due_at=None, **rest)
        made.refresh_from_db()
        RunInput.objects.create(run=made, goal="File it", input={}, subject="F-1", document=document, salt=bytes(32))
        return made

    return make


def propose(run: Run, number: int = 1, **fields: Any) -> Proposal:
    """A proposal of one action, as the gate parked it."""
    args = fields.pop("args", {"name": "F-1", "amount": "120.00"})
    state = fields.pop("state", "open")
    proposal = Proposal.objects.create(
        **{
            "run": run,
            "number": number,
            "revision": 1,
            "position": 0,
            "label": "file",
            "digest": digest({"run": str(run.id), "number": number, "args": args}),
            "state": {"superseded": "open", "performed": "allowed"}.get(state, state),
            "sentence": "File F-1 over 120.00 EUR.",
            "body": {
                "fields": [{"name": key, "label": key.capitalize(), "value": args[key]} for key in args],
                "facts": {"checks": fields.pop("checks", [])},
            },
            "verdict": "review",
            "reasons": [Reason("amount_over_limit", "120.00 EUR is over the limit of 100.").as_json()],
            "signatures": 1,
            "confidence": Decimal("0.91"),
            "counterparty": "vendor:70014",
            "amount": Decimal("120.00"),
            "currency": "EUR",
            "converted": Decimal("120.00"),
            "policy": "1" * 64,
            "closed_at": FAR if state == "denied" else None,
            **fields,
        }
    )
    Action.objects.create(
        proposal=proposal,
        ordinal=0,
        seq=0,
        name="file",
        tool="file_it",
        tool_version="2" * 64,
        impact="money",
        effect_class="transactional",
        args=args,
        digest=digest(args),
        reference=f"file:{run.id}",
        verdict=proposal.verdict,
        policy="1" * 64,
    )
    if proposal.state != state:
        Proposal.objects.filter(id=proposal.id).update(state=state, closed_at=FAR)
        proposal.refresh_from_db()
    return proposal


def ask_about(run: Run, proposal: Proposal | None = None, kind: str = "approval", **fields: Any) -> Review:
    """What the runtime does when it parks."""
    review_id = ReviewInbox().ask(
        Ask(
            **{
                "kind": kind,
                "run_id": run.id,
                "agent": "filer",
                "desk": "payables",
                "title": "File F-1",
                "proposal_id": proposal.id if proposal else None,
                **fields,
            }
        )
    )
    return Review.objects.select_related("proposal", "run", "desk").get(id=review_id)


@pytest.fixture
def review(run) -> Callable[..., Review]:
    """An open approval; keyword arguments shape its proposal."""

    def make(requester: User | None = None, **fields: Any) -> Review:
        waiting = run(requester)
        return ask_about(waiting, propose(waiting, **fields))

    return make


@pytest.fixture
def stuck(run) -> Callable[..., Review]:
    def make(requester: User | None = None, **context: Any) -> Review:
        reason = Reason("crashed", "The tool did not answer.")
        context = {"ways": ["retry", "send_back", "reject"], **context}
        return ask_about(run(requester), kind="stuck", reasons=(reason,), context=context)

    return make


@pytest.fixture
def question(run) -> Callable[..., Review]:
    def make(requester: User | None = None) -> Review:
        waiting = run(requester)
        asked = {"question": "Which cost centre?", "choices": ["4100", "4130"]}
        row = Await.objects.create(
            run=waiting, revision=1, seq=0, request_digest=digest(asked), kind="review", request=asked
        )
        return ask_about(waiting, kind="clarification", title="Which cost centre?", await_id=row.id, context=asked)

    return make


def trail(review: Review) -> list[str]:
    """The actions of the run's events about reviews, in order."""
    entries = AuditEntry.objects.filter(stream=f"run:{review.run_id}", action__startswith="review.")
    return list(entries.order_by("seq").values_list("action", flat=True))
