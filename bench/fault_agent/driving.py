"""What people do to the fault agent's runs: ask for them, decide, reconcile, answer. Needs `bench.settings`."""

import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bench.fault_agent.agent import DOES, READS
from bench.fault_agent.workload import CANARY

REQUESTER, REVIEWER, OTHER, CONTROLLER = (
    "inbox@faults.example",
    "reviewer@faults.example",
    "other@faults.example",
    "controller@faults.example",
)
ADMINISTRATORS = ("first@faults.example", "second@faults.example")
PASSWORD = "a house that is shot at"  # noqa: S105 - of the reviewer, who also comes by browser
RECONCILE_AFTER = timedelta(seconds=2.5)  # a person does not look at the receiver the very moment it was sent


def prepare() -> None:
    """People, a desk without undo seconds, tables without constraints, and a policy with limits."""
    from django.db import connection

    from agentops.core.audit.trail import Actor
    from agentops.core.permissions import Role
    from agentops.core.services import create_person, create_service
    from bench.fault_agent.tools import DOMAIN_SQL
    from reviews.services import create_desk, grant_desk
    from tools_registry.facts import Grant
    from tools_registry.kinds import Mode
    from tools_registry.queries import current_policy
    from tools_registry.services.policy import change_policy_by_command

    with connection.cursor() as cursor:
        cursor.execute(DOMAIN_SQL)
    now, by = datetime.now(UTC), Actor.system("bench")
    create_service(email=REQUESTER, name="Inbox", by=by, now=now)
    desk = create_desk(slug="faults", name="Faults", by=by, agents=["faults"])
    for email, role in ((REVIEWER, Role.REVIEWER), (OTHER, Role.REVIEWER), (CONTROLLER, Role.CONTROLLER)):
        word = PASSWORD if email == REVIEWER else None
        person = create_person(
            email=email, name=email.split("@")[0].title(), by=by, now=now, roles=[role], password=word
        )
        permissions = ("view", "decide", "sign_second") if role is Role.CONTROLLER else ("view", "decide")
        grant_desk(to=person, desk=desk, by=by, permissions=permissions)
    for email in ADMINISTRATORS:
        create_person(email=email, name=email.split("@")[0].title(), by=by, now=now, roles=[Role.POLICY_ADMIN])
    policy = current_policy()
    for name in READS:
        policy = policy.with_grant(Grant("faults", name, Mode.AUTO))
    for kind, name in DOES.items():
        if kind != "ungranted":
            limits = {"item_limit": Decimal(10_000), "second_signature_over": Decimal(50_000)}
            sampling = {"sampling_rate": Decimal("0.05")}
            policy = policy.with_grant(Grant("faults", name, Mode.AUTO, **limits, **sampling))
    change_policy_by_command(to=policy, why="faults", now=now)


def submit(things: Sequence[dict[str, Any]]) -> list[str]:
    """Start one run per thing; asking again for one that was started before returns the same run."""
    from runs.services import start_run

    started = []
    for given in things:
        run = start_run(
            agent="faults",
            requester=user(REQUESTER),
            goal=f"Do this. The password is {CANARY}.",
            given=given,
            request_key=given["what"],
            subject=given["what"],
        )
        answered("run", run, key=given["what"])
        started.append(str(run))
    return started


def people(seconds: float = 3600.0, seed: int = 0, pause: float = 0.05) -> dict[str, int]:
    """Decide whatever waits, for so long; what a person cannot decide yet is looked at again later."""
    until, done = time.monotonic() + seconds, Counter[str]()
    while time.monotonic() < until:
        done.update(guarded(decide_all))
        time.sleep(pause)
    return dict(done)


def decide_all() -> dict[str, int]:
    """One look at the queue: decide everything in it; says how many of which kind were decided."""
    from reviews.models import Review

    done = Counter[str]()
    for review in Review.objects.filter(status__in=["open", "signed_once"]).order_by("opened_at")[:200]:
        verdict = guarded(lambda review=review: {decide(review): 1})
        done.update(verdict)
    done.pop("", None)
    return dict(done)


def guarded(what: Callable[[], dict[str, int]]) -> dict[str, int]:
    """A person whose click failed looks again; refusals are their business, lost connections are closed."""
    from django.db import Error, connection

    from reviews.services import ReviewError

    try:
        return what()
    except ReviewError as error:
        return {f"refused {type(error).__name__}": 1}
    except Error:
        connection.close()
        return {"database away": 1}


def decide(review: Any) -> str:
    """What somebody says to this review; empty if they cannot say it yet."""
    if review.kind == "approval":
        return approve(review)
    if review.kind == "clarification":
        return said(review, "answer", answer={"answer": "yes"})
    if review.kind == "sample":
        return said(review, "judge_sample", verdict="would_approve")
    ways = review.context.get("ways") or []
    if "happened" in ways:
        return reconcile(review)
    if review.context.get("denied"):
        return said(review, "reject", code="elsewhere")
    try:
        return said(review, "retry_stuck")
    except Exception as error:
        if type(error).__name__ != "RunRefused":
            raise
        return said(review, "reject", code="elsewhere")


def approve(review: Any, first: str = REVIEWER) -> str:
    """Sign; the second signature is the controller's. A thing that is to move, moves before it is signed."""
    from reviews.step_up import StepUp
    from runs.models import RunInput

    given = RunInput.objects.get(run_id=review.run_id).input
    if given.get("moves") and review.proposal.number <= int(given["moves"]):
        move_world(given["what"], review.proposal.number)
    if review.status == "open":
        return said(review, "approve", by=first, words=f"They say {CANARY}.")
    controller = user(CONTROLLER)
    proof = StepUp(controller.pk, review.digest, datetime.now(UTC))
    return said(review, "approve", by=CONTROLLER, step_up=proof)


def reconcile(review: Any) -> str:
    """Look at the receiver's books and say whether it happened."""
    from runs.models import Effect

    effect = Effect.objects.get(pk=review.context["effect"])
    if effect.sent_at and datetime.now(UTC) - effect.sent_at < RECONCILE_AFTER:
        return ""
    books = sqlite3.connect(f"file:{os.environ['FAULT_LEDGER']}?mode=ro", uri=True, timeout=5)
    try:
        row = books.execute("SELECT id FROM booked WHERE key = ?", (effect.key,)).fetchone()
    finally:
        books.close()
    return said(review, "settle_unknown", happened=row is not None, receipt=f"B-{row[0]}" if row else "")


def said(review: Any, what: str, by: str = REVIEWER, **more: Any) -> str:
    """Call the service and, once it has answered, note that it did: an answer is a promise."""
    from reviews import services

    service = getattr(services, what)
    decision = service(
        review_id=review.id,
        signer=user(by),
        seen=review.digest,
        now=datetime.now(UTC),
        request_key=f"{review.round}:{what}:{review.id}:{user(by).pk}"[:80],  # stands in the trail: no names
        **more,
    )
    answered("decision", decision.id)
    return what


def move_world(what: str, version: int) -> None:
    """Change what an action rests on."""
    from runs.sql import query

    query(
        "INSERT INTO fault_world AS w (what, version) VALUES (%s, %s) "
        "ON CONFLICT (what) DO UPDATE SET version = EXCLUDED.version",
        (what, version),
    )


def answered(kind: str, name: Any, **more: Any) -> None:
    """Append to the file of promises; one write, so that a kill leaves a whole line or none."""
    if file := os.environ.get("FAULT_ANSWERED"):
        line = json.dumps({"kind": kind, "id": str(name), **more}) + "\n"
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(handle, line.encode())
        os.close(handle)


@lru_cache
def user(email: str) -> Any:
    from agentops.core.models import User

    return User.objects.get(email=email)
