"""An inbox that remembers what people are asked, and a worker in this thread: a run without a supervisor."""

import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from agentops.agents.invoices.reading import read_file
from agentops.core import blobs
from agentops.core.ids import uuid7
from agentops.core.models import User
from runs import drain, inbox, policy, services, sql, steering
from runs.leased import LeasedRun
from runs.models import Proposal, Run

POLICY = {"approval_limit_gross": "10000.00", "our_company": "Nordlicht Handels GmbH", "as_of": "2026-11-20"}


class RememberingInbox:
    def __init__(self):
        self.asks = []

    def ask(self, ask):
        self.asks.append(ask)
        return uuid7()

    def withdraw(self, run_id, *, why, now):
        self.asks = [ask for ask in self.asks if ask.run_id != run_id]

    def objection(self, proposal_id, signers, now):
        return None


class House:
    """An inbox whose documents read as they are told to, or as they do; and a worker in this thread."""

    script = None

    def __init__(self, asked, readings):
        self.asked, self.readings = asked, readings
        self.requester = User.objects.create(email="inbox@example.test", name="Inbox", kind="service", password="!")

    def send(self, read=None, data=None, claimed=None, **changes):
        """A document comes in and is worked on as far as that goes; the run's id.

        It reads as `read` says, or as `script(**changes)` does; where neither is given, as it is.
        """
        data = data or uuid7().bytes
        read = read or (self.script(**changes) if self.script else None)
        sha = blobs.put(data, "application/pdf").sha256
        if read is not None:
            self.readings[sha] = replace(read, sha256=sha)
        given = {"document": sha, "name": "invoice.pdf", "media_type": "application/pdf"}
        run_id = services.start_run(
            agent="invoices", requester=self.requester, goal="Process an invoice", document=sha,
            given={**given, "claimed": claimed} if claimed else given,
        )  # fmt: skip
        self.work()
        return run_id

    def work(self):
        view = policy.current()
        for row in sql.claim(10, holder="test", suspects=False):
            drain.carry(LeasedRun.from_row(row, "test", view), threading.Event())

    def reasons(self, run_id):
        return [reason.code for ask in self.asked.asks if ask.run_id == run_id for reason in ask.reasons]

    def told(self, run_id):
        asks = [ask for ask in self.asked.asks if ask.run_id == run_id]
        return {reason.code: reason.sentence for ask in asks for reason in ask.reasons}

    def approve(self, run_id):
        with transaction.atomic():
            steering.approve_proposal(
                steering.lock_run(run_id), proposal_of(run_id), signers=[uuid7()],
                expires_at=datetime.now(UTC) + timedelta(days=1), not_before=None, now=datetime.now(UTC),
            )  # fmt: skip
        self.work()


def proposal_of(run_id):
    return Proposal.objects.filter(run_id=run_id).order_by("-number").first()


def run_of(run_id):
    return Run.objects.get(pk=run_id)


def set_up(monkeypatch):
    """A house whose runtime asks a `RememberingInbox`, rings no bell and knows no plans of other tests."""
    from runs import leased

    leased._known_plans.clear()
    asked, readings = RememberingInbox(), {}
    real = inbox.inbox
    for name, module in list(sys.modules.items()):
        if name.startswith("runs.") and getattr(module, "inbox", None) is real:
            monkeypatch.setattr(module, "inbox", lambda: asked)
    monkeypatch.setattr("runs.bell.ring", lambda: None)

    def scripted(data, name="", hints=None):
        return readings.get(sha256(data).hexdigest()) or read_file(data, name, hints)

    monkeypatch.setattr("agentops.agents.invoices.tools.look.read_file", scripted)
    return House(asked, readings)
