"""The whole house for one story: the demo's people and vendors, files through the real door, a worker in threads."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agentops.agents.invoices.demo import documents
from agentops.agents.invoices.demo.export import jsonl, policy, purchase_orders, rates, vendors
from agentops.agents.invoices.demo.goods import Good
from agentops.agents.invoices.demo.invoice import Invoice
from agentops.agents.invoices.demo.world import build_world, item
from agentops.agents.invoices.models import Invoice as Booked
from agentops.agents.invoices.models import JournalEntry, JournalLine, Payment, PurchaseOrder
from agentops.core.audit.verify import verify
from agentops.core.models import User
from agentops.core.roles import make_role_groups
from agentops.demo.people import INBOX, make_desk, make_people
from agentops.web.outcomes import outcome_of
from reviews.models import Review
from runs import bell, drain, leased, services, ticker, worker
from runs.intake import take_in
from runs.models import Run
from tools_registry.services.seeding import ensure_policy

TODAY = date(2026, 11, 20)
VENDOR = "V-70014"
ENDED = ("completed", "rejected", "failed", "cancelled")


@pytest.fixture
def empty_house(transactional_db, settings, tmp_path) -> Iterator[None]:
    """What `migrate` leaves: roles, an empty policy, and no memory of the test before."""
    settings.DATA_DIR, settings.BLOB_DIR, settings.TODAY = tmp_path, tmp_path / "blobs", TODAY
    make_role_groups()
    ensure_policy()
    services._version.cache_clear()
    leased._known_plans.clear()
    bell.client().delete(bell.LOOKING, bell.RINGS)
    yield
    _hang_up()


@contextmanager
def at_work(threads: int = 4) -> Iterator[drain.Drain]:
    """A worker and a ticker in threads of this process; the same drain as a worker's, the same bell."""
    hands = drain.Drain(f"story-{time.monotonic_ns()}", threads)
    alive = threading.Thread(target=worker._keep_alive, args=(hands.holder, hands.stop))
    ticks = threading.Thread(target=_closing, args=(ticker.run_ticker, hands.stop))
    carries = threading.Thread(target=_closing, args=(_serve, hands))
    for thread in (alive, ticks, carries):
        thread.start()
    while not worker.living():
        time.sleep(0.01)
    try:
        yield hands
    finally:
        hands.stop.set()
        for thread in (alive, ticks, carries):
            thread.join(60)
        if hands.hands:
            hands.hands.close()


@pytest.fixture
def working(empty_house) -> Iterator[drain.Drain]:
    """A living worker for the whole test."""
    with at_work() as hands:
        yield hands


class House:
    """Somebody's office for a test: it orders goods, gets invoices for them, and its people decide."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = build_world(TODAY)
        self.accounts = {account.email.partition("@")[0]: account for account in make_people(timezone.now())}
        self.desk = make_desk("accounts-payable", "Accounts payable", ["invoices"])
        self.desk.undo_seconds = 0  # the story of taking back sets its own
        self.desk.save(update_fields=["undo_seconds"])
        self.load("vendors", jsonl(vendors(self.world)))
        self.load("rates", rates(self.world))
        self.load("policy", json.dumps(policy(self.world) | {"sampling_rate": "0"}))  # no story is told by chance

    def load(self, what: str, text: str) -> None:
        """Through the product's own command."""
        file = self.folder / {"rates": "rates.csv", "policy": "policy.json"}.get(what, f"{what}.jsonl")
        file.write_text(text)
        call_command(f"load_{what}", str(file), stdout=StringIO())

    def person(self, name: str) -> User:
        return User.objects.get(email=self.accounts[name].email)

    def password(self, name: str) -> str:
        return self.accounts[name].password

    def browser(self, name: str) -> Client:
        """Signed in through the form, as a person does; with checks of forged forms on."""
        client = Client(enforce_csrf_checks=True)
        client.get(reverse("sign_in"))
        form = {"username": self.accounts[name].email, "password": self.password(name), **token(client)}
        assert client.post(reverse("sign_in"), form).status_code == 302
        return client

    def bill(self, net: str = "400.00", *, vendor: str = VENDOR, ordered: bool = True, **details: Any) -> Invoice:
        """An invoice over `net`; `ordered` says whether there is an order for it."""
        ware = Good("Palettentransport", "C62", Decimal(net), 1)
        line = item(self.world.vendor(vendor), ware, Decimal(1))
        number = None
        if ordered:
            order = self.world.place_order(vendor, goods=[ware], quantities=[1])
            number = order.number
            alone = replace_orders(self.world, order)
            self.load("purchase_orders", jsonl(purchase_orders(alone)))
        return self.world.bill(vendor, [line], number, **details)

    def send(self, invoice: Invoice | bytes, *, by: User | None = None, kind: str = "xml-ubl", name: str = "") -> UUID:
        """In through the door; the id of its run."""
        data = invoice if isinstance(invoice, bytes) else documents.write(invoice, kind)
        by = by or User.objects.get(email=INBOX)
        name = name or "invoice" + (".xml" if kind.startswith("xml") else ".pdf")
        taken = take_in(agent="invoices", data=data, name=name, requester=by, now=timezone.now())
        assert taken.run_id, taken
        return taken.run_id

    def upload(self, client: Client, *files: tuple[str, bytes], **headers: Any) -> Any:
        given = [SimpleUploadedFile(name, data) for name, data in files]
        return client.post(reverse("runs:new"), {"files": given, **token(client)}, **headers)

    def settled(self, run_id: UUID, seconds: float = 20) -> Run:
        """The run, once it has ended or waits for people."""
        until(lambda: outcome_of(run_id).settled, seconds, lambda: repr(outcome_of(run_id)))
        return Run.objects.get(pk=run_id)

    def ended(self, run_id: UUID, seconds: float = 20) -> Run:
        until(lambda: Run.objects.get(pk=run_id).status in ENDED, seconds, lambda: repr(outcome_of(run_id)))
        return Run.objects.get(pk=run_id)

    def waiting(self, run_id: UUID) -> Review:
        """The open review of a run that waits for people."""
        self.settled(run_id)
        return open_review(run_id)

    def say(self, client: Client, review: Review, decision: str, **form: Any) -> Any:
        """Press a button of the review's page."""
        given = {"decision": decision, "digest": review.digest, **token(client), **form}
        return client.post(reverse("review_decide", args=[review.id]), given)


@pytest.fixture
def house(empty_house, tmp_path) -> House:
    return House(tmp_path)


@pytest.fixture
def open_house(house, working) -> House:
    """The house with a worker in it."""
    return house


def open_review(run_id: UUID) -> Review:
    return Review.objects.select_related("proposal", "desk").get(run_id=run_id, closed_at=None)


def until(true: Callable[[], Any], seconds: float = 10, told: Callable[[], str] = str) -> Any:
    """Wait for it; fails with what is `told` when it does not come in three times as long."""
    deadline = time.monotonic() + 3 * seconds
    while not (found := true()):
        assert time.monotonic() < deadline, told()
        time.sleep(0.01)
    return found


def token(client: Client) -> dict[str, str]:
    """The hidden field that the browser's forms carry."""
    return {"csrfmiddlewaretoken": client.cookies["agentops_csrf"].value}


def replace_orders(world: Any, *orders: Any) -> Any:
    return replace(world, orders=list(orders))


def books() -> tuple[int, int, int]:
    """How many invoices are posted, entries booked and payments scheduled."""
    return (
        Booked.objects.filter(status="posted").count(),
        JournalEntry.objects.count(),
        Payment.objects.exclude(status="cancelled").count(),
    )


def assert_in_order() -> None:
    """Each entry balances, no order is billed beyond what was agreed, the trail verifies."""
    for entry in JournalEntry.objects.all():
        lines = JournalLine.objects.filter(entry=entry)
        assert sum(line.debit - line.credit for line in lines) == 0, entry
    for order in PurchaseOrder.objects.all():
        assert order.billed <= order.billable, order
    report = verify()
    assert report.ok, report


def now() -> datetime:
    return timezone.now()


def _serve(hands: drain.Drain) -> None:
    while not hands.stop.is_set():
        hands.run()


def _closing(work: Callable[..., None], *args: Any) -> None:
    try:
        work(*args)
    finally:
        connections.close_all()


def _hang_up() -> None:
    """End the connections of threads that are gone, so that the tables can be emptied and dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'active'"
        )
