"""The router before the two agents of the house: a customer's message goes to support, a supplier's invoice to the
invoice agent; each is a run with its own gates and people, and what it came to and cost is gathered by the router."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction

from agentops.agents.invoices.models import Invoice
from agentops.agents.support.demo.articles import articles
from agentops.agents.support.demo.customers import customers
from agentops.agents.support.loading import put_articles, put_customers, verify_only
from agentops.agents.support.models import Ticket
from agentops.core import blobs
from agentops.core.audit.verify import verify
from agentops.intake.mail.keeping import keep
from agentops.intake.mail.working import work_through
from runs import children, steering
from runs.agents import agents
from runs.models import ChildRun, Proposal, Run, Step
from runs.services import expire_messages
from tests.agents.invoices.conftest import NOW, TODAY, make_order, order, vendor  # noqa: F401 - fixtures
from tests.agents.invoices.house import POLICY
from tests.agents.invoices.scripted import reading
from tests.intake.letters import letter, pdf

LATE = {
    "subject": "My parcel", "from": "marco.silva@customer.example",
    "text": "Hi, my order M-559120 was supposed to arrive last week. The tracking of the parcel has not moved.",
}  # fmt: skip
BILL = {"subject": "Invoice RE-2026-00447", "text": "Please find the bill attached.", "from": "a@supplier.example"}


@pytest.fixture
def whole(office, order, settings, tmp_path, monkeypatch):  # noqa: F811
    """The examples beside both agents of the house, with customers, articles, a vendor, an order and first grants."""
    settings.TODAY, settings.BLOB_DIR = TODAY, tmp_path / "blobs"
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(POLICY))
    call_command("load_policy", str(file), verbosity=0)
    put_customers(customers(TODAY), now=NOW)
    put_articles(articles(), now=NOW)
    verify_only(now=NOW)
    for module in ("runs.parking", "runs.services.ending"):
        monkeypatch.setattr(f"{module}.inbox", lambda: office.shop.people)
    monkeypatch.setattr(
        "agentops.agents.invoices.tools.look.read_file", lambda data, *_: replace(reading(), sha256="0")
    )
    return office


def part_of(run_id: Any) -> Run:
    return Run.objects.get(parent_id=run_id)


def gathered(run_id: Any) -> dict[str, Any]:
    output: dict[str, Any] = Step.objects.get(run_id=run_id, name="done").output
    return output


def signed(run: Run) -> None:
    proposal, now = Proposal.objects.filter(run=run).latest("number"), datetime.now(UTC)
    with transaction.atomic():
        steering.approve_proposal(
            steering.lock_run(run.pk), proposal, signers=[run.requester_id], expires_at=now + timedelta(days=1),
            not_before=None, now=now,
        )  # fmt: skip


def test_a_customers_message_is_answered_by_support_and_an_invoice_is_posted_by_its_agent(whole):
    written = whole.start("Answer this message.", agent="router", message=LATE)
    whole.carry(written, rounds=4)
    support = part_of(written)
    assert (support.agent, support.awaiting, support.given.subject) == ("support", "review", "My parcel")
    assert Step.objects.get(run_id=written, name="who").output["by"] == "rules"
    assert (Run.objects.get(pk=written).awaiting, mail.outbox) == ("child", [])  # being chosen gave no right to send

    signed(support)
    whole.carry(written, rounds=2)
    (letter,) = mail.outbox
    assert letter.to == [LATE["from"]]
    ticket = Ticket.objects.get(run=support)
    assert agents.get("router").thread_of([letter.extra_headers["Message-ID"]]) == ticket.thread  # answers go there
    with connection.cursor() as cursor:
        cursor.execute("UPDATE runs_run SET due_at = now() - interval '1 minute' WHERE id = %s", [support.pk])
    assert expire_messages() == 1
    assert whole.carry(written, rounds=3).status == "completed"
    found = gathered(written)
    assert (found["status"], found["results"]["answer"]["outcome"]) == ("completed", "expired")
    assert found["cost"] == part_of(written).spent_cost == Run.objects.get(pk=written).spent_cost

    paper = blobs.put(b"%PDF-1.7 a bill", "application/pdf").sha256
    came = {"document": paper, "name": "RE-447.pdf", "media_type": "application/pdf"}
    sent = whole.start("Answer this message.", agent="router", message=BILL, **came)
    assert whole.carry(sent, rounds=6).status == "completed"
    bill = part_of(sent)
    assert (bill.agent, bill.given.document, bill.given.subject) == ("invoices", paper, "RE-447.pdf")
    assert Invoice.objects.get(run_id=bill.pk).status == "posted"
    assert gathered(sent)["results"]["post"]["entry"]
    row = ChildRun.objects.get(run=bill)
    assert (row.parent_id, row.settled_at is not None, row.cost) == (sent, True, bill.spent_cost)
    trails = [f"run:{one}" for one in (written, sent, support.pk, bill.pk)]
    assert verify(trails, rows=True).problems == []


def test_a_document_alone_needs_no_words_and_an_invoice_without_one_is_nobodys_to_take_alone(whole):
    paper = blobs.put(b"%PDF-1.7 a bill", "application/pdf").sha256
    alone = whole.start("Process this document.", agent="router", document=paper, name="x.pdf", media_type="text/plain")
    whole.carry(alone, rounds=6)
    assert (part_of(alone).agent, gathered(alone)["status"]) == ("invoices", "completed")

    bare = whole.start("Answer this message.", agent="router", message={**BILL, "text": "We billed you. CANARY"})
    assert whole.carry(bare, rounds=3).awaiting == "review"
    (ask,) = [one for one in whole.asks if one.run_id == bare]
    assert "Supplier invoices" not in ask.context["choices"]


def test_a_part_is_not_told_whence_it_came_by_anybody_but_the_intake(whole):
    parent = whole.start("Answer this message.", agent="router", message=LATE)
    for name in ("mail", "keyed_by"):
        asked = {
            "agent": "support",
            "goal": "Answer it.",
            "given": {"message": LATE, name: {"from": "eve@evil.example"}},
        }
        with pytest.raises(children.NoChild, match=f"cannot be given {name}"), transaction.atomic():
            children.found_or_started(parent, asked)
    assert not Run.objects.filter(parent_id=parent).exists()


def test_a_mail_with_an_invoice_starts_a_document_and_a_mail_of_words_a_message(whole, requester):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=(595, 842), invariant=1)
    sheet.drawString(60, 780, "Invoice")
    sheet.save()
    photo = ("parcel.png", b"\x89PNG\r\n" + b"0" * 20_000, "image/png")
    came = {"agent": "router", "desk": "router", "requester": requester, "now": NOW}
    for number, (files, channel) in enumerate(
        [((pdf("RE-447.pdf", out.getvalue()),), "document"), ((photo,), "message")]
    ):
        mail_ = work_through(keep(letter(*files, number=number).as_bytes(), **came), now=NOW)
        assert (mail_.status, mail_.code) == ("done", "")
        (arrival,) = mail_.arrivals.filter(disposition="run")
        assert channel in arrival.run.given.input
        assert ("document" in arrival.run.given.input) is (channel == "document")
        assert arrival.run.given.input["mail"]["from"] == mail_.sender
    whole.carry(arrival.run_id, rounds=1)
    taken = Run.objects.get(agent="router", given__document__isnull=False)
    assert whole.carry(taken.pk, rounds=6).status == "completed"
    assert (part_of(taken.pk).agent, part_of(taken.pk).given.input["mail"]) == ("invoices", taken.given.input["mail"])
