"""What a page costs: at most twelve statements for each kind of review, the queue, and what is fetched of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from unittest import mock

import psycopg
from django.test import Client
from django.urls import reverse

from reviews import services
from reviews.models import Review
from runs.models import Proposal
from tests.reviews.conftest import ask_about
from tests.stories.conftest import House, now, until

MOST = 12
QUEUES = ("mine", "desks", "unclaimed", "second", "overdue", "snoozed", "samples", "done")
FACETS = (
    "desk=accounts-payable&agent=invoices&reason=amount_over_limit&amount_from=1&age=day&sure=high&q=gmbh&sort=amount"
)


def test_every_page_of_the_workplace_takes_at_most_twelve_statements(open_house):
    maria = open_house.browser("maria.keller")
    pages = {f"queue {view}": f"/queue/?view={view}" for view in QUEUES} | {"queue, filtered": f"/queue/?{FACETS}"}
    for name, review in reviews_of(open_house, maria):
        pages[name] = reverse("review", args=[review.id])
    costs = {name: statements(maria, path) for name, path in pages.items()}
    costs["auditor"] = statements(open_house.browser("aisha.rahman"), pages["approval"])
    costs["controller"] = statements(open_house.browser("jonas.weber"), pages["second signature"])
    assert {name: told for name, told in costs.items() if len(told) > MOST} == {}


def reviews_of(house: House, client: Client) -> Iterator[tuple[str, Review]]:
    """One of each kind, with a talk beside it and a draft."""
    maria = house.person("maria.keller")
    approval = house.waiting(house.send(house.bill("9000.00")))
    services.comment(review_id=approval.id, person=maria, words="I ask the warehouse.", now=now())
    draft = {"digest": approval.digest, "body": {"words": "x"}}
    services.save_draft(review_id=approval.id, person=maria, now=now(), **draft)
    yield "approval", approval
    yield "blocked", house.waiting(house.send(house.bill("9000.00", iban="DE02120300000000202051")))
    twice = house.waiting(house.send(house.bill("30000.00")))
    house.say(client, twice, "approve")
    yield "second signature", twice
    yield "stuck", house.waiting(house.send(house.bill("400.00", ordered=False)))
    again = house.waiting(house.send(house.bill("9100.00")))
    house.say(client, again, "send_back", code="other", words="Look again.")
    yield "proposed again", until(lambda: Review.objects.filter(run_id=again.run_id, closed_at=None).first())
    decided = house.waiting(house.send(house.bill("9200.00")))
    assert house.say(client, decided, "approve").status_code == 302
    house.ended(decided.run_id)
    yield "decided", decided
    alone = house.settled(house.send(house.bill("400.00")))
    proposal = Proposal.objects.filter(run=alone).order_by("number").last()
    yield "sample", ask_about(alone, proposal, kind="sample", agent="invoices", desk="accounts-payable")


def statements(client: Client, path: str) -> list[str]:
    """What reached the database for one page that was asked for before, whichever way it went."""
    assert client.get(path).status_code == 200
    told: list[str] = []
    plain, here = psycopg.Cursor.execute, threading.get_ident()

    def execute(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        if threading.get_ident() == here:
            told.append(str(query))
        return plain(self, query, *args, **more)

    with mock.patch.object(psycopg.Cursor, "execute", execute):
        assert client.get(path).status_code == 200
    return told
