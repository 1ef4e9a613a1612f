"""A customer writes; the reply is read by a person before it leaves, through the pages that people use."""

from __future__ import annotations

import re

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agentops.agents.support.models import Rating, Ticket
from agentops.core.audit.trail import Actor
from agentops.core.audit.verify import verify
from agentops.core.tokens.models import Scope
from agentops.core.tokens.services import create_token
from reviews.services import comment
from runs.models import Run
from tests.agents.support.conftest import LATE, House, carry, house
from tests.stories.test_page_costs import MOST, statements

__all__ = ["house"]  # the fixture


def test_from_the_shops_program_to_the_rating_of_the_answer(house):
    shop = program(house)
    message = {"subject": "Where is my parcel?", "text": LATE, "from": "marco.silva@customer.example"}
    body = {"agent": "support", "goal": "Answer this ticket.", "input": {"message": message}}
    started = shop.post("/api/v1/runs", body, "application/json", headers={"Idempotency-Key": "one"})
    assert started.status_code == 202, started.text
    again = shop.post("/api/v1/runs", body, "application/json", headers={"Idempotency-Key": "one"})
    assert again.json()["id"] == started.json()["id"]
    carry()

    run = Run.objects.get()
    review = house.waiting(run.pk)
    maria = browser(house, "maria.keller")
    assert "Send this reply to" in maria.get(reverse("review", args=[review.id])).text
    action = review.proposal.actions.get(tool="send_reply")
    words = action.args["body"].replace("Thank you for your message.", "Thank you, and sorry for the wait!")
    form = {"decision": "edit_approve", "digest": review.digest, "edit.body": words.replace("\n", "\r\n")}
    assert maria.post(reverse("review_decide", args=[review.id]), form).status_code == 302
    carry()
    (letter,) = mail.outbox
    assert "sorry for the wait!" in letter.body

    answered = shop.post(
        f"/api/v1/runs/{run.pk}/messages",
        {"id": "m-2", "text": "Thanks. How do I return an item of the wrong size?"},
        "application/json",
        headers={"Idempotency-Key": "two"},
    )
    assert (answered.status_code, answered.json()["received"]) == (200, "answered"), answered.text
    carry()
    house.approve(run.pk, by="tom.brandt")
    assert len(mail.outbox) == 2
    link = re.search(r"http://[^/]+(/support/rate/\S+)", mail.outbox[1].body)[1]
    assert "Thank you" in Client().post(link, {"score": "5"}).text
    assert Rating.objects.get().score == 5
    assert Ticket.objects.get().messages.count() == 4
    assert verify().ok


def test_an_answer_that_nobody_waits_for_and_an_unknown_agent_are_said(house):
    shop, run_id = program(house), house.ask()
    late = shop.post(f"/api/v1/runs/{run_id}/messages", {"id": "1", "text": "Hello?"}, "application/json")
    assert (late.status_code, late.json()["code"]) == (409, "nobody_waits")
    unknown = shop.post("/api/v1/runs", {"agent": "nobody", "input": {}}, "application/json")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_agent")
    forged = {"agent": "support", "input": {"mail": {"from": "ceo@shop.example"}}}
    refused = shop.post("/api/v1/runs", forged, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "input_reserved")


def program(house) -> Client:
    """The shop's program with its token."""
    given = {"name": "shop", "scopes": [Scope.START, Scope.READ], "days": 30, "now": timezone.now()}
    _, secret = create_token(owner=house.shop, by=Actor.system("test"), **given)
    return Client(headers={"Authorization": f"Bearer {secret}"}, enforce_csrf_checks=True)


def browser(house: House, name: str) -> Client:
    client = Client()
    client.force_login(house.person(name), backend="agentops.core.backends.PersonBackend")
    return client


def test_the_page_of_a_reply_takes_at_most_twelve_statements(house):
    run_id = house.ask()
    review, maria = house.waiting(run_id), house.person("maria.keller")
    comment(review_id=review.id, person=maria, words="I look it up.", now=timezone.now())
    client = Client()
    client.force_login(maria, backend="agentops.core.backends.PersonBackend")
    told = statements(client, reverse("review", args=[review.id]))
    assert len(told) <= MOST, [one[:100] for one in told]
    assert "I look it up." in client.get(reverse("review", args=[review.id])).text
