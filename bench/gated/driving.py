"""What a user of the product would do, as functions: submit invoices, approve what waits. Needs `bench.settings`."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bench.gated.agent import TOOLS

APPROVER, REQUESTER = "approver@bench.example", "inbox@bench.example"


def prepare() -> None:
    """People, a desk without undo seconds, and a policy: postings up to 10,000 alone, above it one signature."""
    from agentops.core.audit.trail import Actor
    from agentops.core.permissions import Role
    from agentops.core.services import create_person, create_service, grant_role
    from reviews.services import create_desk, grant_desk
    from tools_registry.facts import Grant
    from tools_registry.kinds import Mode
    from tools_registry.queries import current_policy
    from tools_registry.services.policy import change_policy_by_command

    now, by = datetime.now(UTC), Actor.system("bench")
    create_service(email=REQUESTER, name="Inbox", by=by, now=now)
    approver = create_person(email=APPROVER, name="Approver", by=by, now=now, password=None)
    grant_role(user=approver, role=Role.REVIEWER, by=by, now=now)
    desk = create_desk(slug="bench", name="Bench", by=by, agents=["bench"])
    grant_desk(to=approver, desk=desk, by=by, limit=Decimal(1_000_000))
    policy = current_policy()
    for name in TOOLS[:-1]:
        policy = policy.with_grant(Grant("bench", name, Mode.AUTO))
    post = Grant("bench", TOOLS[-1], Mode.AUTO, item_limit=Decimal(10_000), second_signature_over=Decimal(50_000))
    change_policy_by_command(to=policy.with_grant(post), why="benchmark", now=now)


@lru_cache
def user(email: str) -> Any:
    from agentops.core.models import User

    return User.objects.get(email=email)


def submit(invoices: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Start one run per invoice; returns the time at which each was handed over."""
    from runs.services import start_run

    times, requester = {}, user(REQUESTER)
    for invoice in invoices:
        times[invoice["run_id"]] = time.time()
        start_run(
            agent="bench",
            requester=requester,
            goal="Post this invoice",
            given=invoice,
            request_key=invoice["run_id"],
            subject=invoice["invoice_no"],
        )
    return times


def parked() -> list[str]:
    """Names of the runs that wait for a person."""
    from runs.models import Run

    waiting = Run.objects.filter(agent="bench", status="awaiting", awaiting="review")
    return list(waiting.values_list("request_key", flat=True))


def approve(names: Sequence[str]) -> dict[str, float]:
    """Approve what these runs propose, as the reviewer; returns the time at which each decision was begun."""
    from reviews.services import approve as sign
    from runs.sql import query

    times, signer = {}, user(APPROVER)
    for name, review_id, seen in query(WAITING, (list(names),)):  # what the reviewer's queue showed
        times[name] = time.time()
        sign(review_id=review_id, signer=signer, seen=seen, now=datetime.now(UTC))
    return times


WAITING = """
SELECT r.request_key, w.id, w.digest FROM reviews_review w JOIN runs_run r ON r.id = w.run_id
WHERE w.status = 'open' AND r.request_key = ANY(%s) ORDER BY w.opened_at
"""


def settled() -> int:
    """How many runs the product itself considers finished."""
    from runs.models import Run

    return Run.objects.filter(agent="bench", status="completed").count()
