"""A house with the support agent: customers, articles, verify-only grants; runs are carried in this thread."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from agentops.agents.support.demo.articles import articles
from agentops.agents.support.demo.customers import customers
from agentops.agents.support.loading import put_articles, put_customers, verify_only
from agentops.agents.support.models import Ticket
from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.roles import make_role_groups
from agentops.core.services import create_service
from agentops.demo.people import make_desk, make_people
from reviews import services as reviewing
from reviews.models import Review
from runs import bell, drain, leased, policy, services, sql
from runs.leased import LeasedRun
from runs.models import Run
from runs.services import Message, deliver_message, start_run
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.policy import Policy
from tools_registry.queries import current_policy
from tools_registry.services.policy import change_policy_by_command
from tools_registry.services.seeding import ensure_policy

TODAY = date(2026, 11, 20)
MARCO = "marco.silva@customer.example"
LATE = "Hi, my order M-559120 was supposed to arrive last week. The tracking has not moved for days."


@pytest.fixture
def house(transactional_db, settings, tmp_path) -> House:
    """Customers, articles and people; nothing in the queue."""
    settings.DATA_DIR, settings.BLOB_DIR, settings.TODAY = tmp_path, tmp_path / "blobs", TODAY
    make_role_groups()
    ensure_policy()
    services._version.cache_clear()
    leased._known_plans.clear()
    bell.client().delete(bell.LOOKING, bell.RINGS)
    return House()


class House:
    """Somebody's support desk for a test."""

    def __init__(self) -> None:
        now = timezone.now()
        self.accounts = {account.email.partition("@")[0]: account for account in make_people(now)}
        self.desk = make_desk("support", "Support", ["support"])
        self.desk.undo_seconds = 0
        self.desk.save(update_fields=["undo_seconds"])
        self.shop = create_service(email="shop@test.example", name="Web shop", by=Actor.system("test"), now=now)
        put_customers(customers(TODAY), now=now)
        put_articles(articles(), now=now)
        verify_only(now=now)

    def person(self, name: str) -> User:
        return User.objects.get(email=self.accounts[name].email)

    def ask(self, text: str = LATE, subject: str = "", *, carried: bool = True, **more: Any) -> UUID:
        """A ticket from the web shop's program; carried until it waits."""
        message = {"text": text, "subject": subject, "from": MARCO, **more}
        run_id = start_run(
            agent="support",
            requester=self.shop,
            goal="Answer this ticket.",
            given={"message": {name: value for name, value in message.items() if value}},
            subject=subject,
        )
        if carried:
            carry()
        return run_id

    def waiting(self, run_id: UUID) -> Review:
        return Review.objects.select_related("proposal", "desk").get(run_id=run_id, closed_at=None)

    def run(self, run_id: UUID) -> Run:
        return Run.objects.get(pk=run_id)

    def ticket(self, run_id: UUID) -> Ticket:
        return Ticket.objects.get(run_id=run_id)

    def approve(self, run_id: UUID, by: str = "maria.keller", **edits: str) -> None:
        """Sign what is proposed, or edit and sign; carried on."""
        review = self.waiting(run_id)
        common = {"review_id": review.id, "signer": self.person(by), "seen": review.digest, "now": timezone.now()}
        if edits:
            reviewing.edit_and_approve(**common, edits={0: edits}, words="")
        else:
            reviewing.approve(**common)
        carry()

    def send_back(self, run_id: UUID, by: str = "maria.keller", **fields: str) -> None:
        review = self.waiting(run_id)
        reviewing.send_back(
            review_id=review.id, signer=self.person(by), seen=review.digest, now=timezone.now(), code="read_again",
            words="See the field.", fields=fields,
        )  # fmt: skip
        carry()

    def answer(self, run_id: UUID, text: str, *, sender: str = MARCO, name: str = "<1@customer.example>") -> Any:
        """The customer's answer on the ticket's thread."""
        message = Message(id=name, text=text, sender=sender)
        found = deliver_message(thread=self.ticket(run_id).thread, message=message, by=self.shop, now=timezone.now())
        carry()
        return found

    def allow(self, *, mode: Mode = Mode.AUTO, **rules: str) -> None:
        """Grant the reply to go out alone, with these rules; nobody has confirmed a policy here before."""
        there = current_policy()
        others = [grant for grant in there.all_grants() if grant.tool != "send_reply"]
        to = Policy.of([*others, Grant("support", "send_reply", mode)], {**there.rules, "support": rules})
        change_policy_by_command(to=to, why="a test", now=timezone.now())


def carry() -> None:
    """Do what is due, here and now, until nothing is."""
    while rows := sql.claim(10, holder="test"):
        view = policy.current()
        for row in rows:
            drain.carry(LeasedRun.from_row(row, "test", view), threading.Event())


def codes(review: Review) -> set[str]:
    return {reason["code"] for reason in review.reasons or review.proposal.reasons}


def at(hour: int) -> datetime:
    return timezone.make_aware(datetime(2026, 11, 20, hour))
