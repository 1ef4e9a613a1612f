"""The agent's own pages: tickets entered for customers, the thread, and the link in a reply."""

from __future__ import annotations

import functools
import re
import time

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agentops.agents.support.figures import figures
from agentops.agents.support.models import Rating
from agentops.agents.support.services import end_ticket
from agentops.core.models import User
from reviews.standing import MayNotSign
from runs.models import Run
from tools_registry import limits
from tools_registry.rate import redis_client

from .conftest import LATE, carry


@pytest.fixture(autouse=True)
def one_minute(monkeypatch):
    """Nothing is counted yet, and the minute in which requests are counted does not turn."""
    for key in redis_client().scan_iter("agentops:limit:*"):
        redis_client().delete(key)
    limits._alone.__init__()
    began = time.time() // limits.MINUTE * limits.MINUTE + 1
    monkeypatch.setattr(limits, "take", functools.partial(limits.take, clock=lambda: began))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="agentops.core.backends.PersonBackend")
    return client


def link_in(body: str) -> str:
    return re.search(r"http://[^/]+(/support/rate/\S+)", body)[1]


def test_a_colleague_enters_a_ticket_and_does_not_decide_about_it(house):
    maria = browser(house.person("maria.keller"))
    form = {"customer": "C-1001", "subject": "Late", "text": LATE, "request_key": "one"}
    answer = maria.post(reverse("support:new"), form)
    run = Run.objects.get()
    assert answer.headers["Location"] == reverse("runs:detail", args=[run.number])
    assert maria.post(reverse("support:new"), form).status_code == 302
    assert Run.objects.count() == 1
    carry()
    ticket = house.ticket(run.pk)
    assert (ticket.channel, ticket.reply_to) == ("form", "marco.silva@customer.example")
    review = house.waiting(run.pk)
    assert review.is_open
    with pytest.raises(MayNotSign):
        house.approve(run.pk, by="maria.keller")


def test_what_cannot_be_used_is_said_beside_its_field_and_what_was_typed_stays(house):
    page = browser(house.person("oskar.lang")).post(
        reverse("support:new"), {"customer": "C-9999", "text": LATE, "from": "not an address"}
    )
    assert page.status_code == 422
    for said in ("There is no customer with this number.", "This is no e-mail address.", "M-559120", "C-9999"):
        assert said in page.text


def test_reviewers_see_the_tickets_they_entered_and_operators_all(house):
    run_id = house.ask("<script>alert(1)</script> Where is my parcel?", subject="Where <b>is</b> it?")
    ticket = reverse("support:ticket", args=[house.ticket(run_id).pk])
    assert browser(house.person("maria.keller")).get(ticket).status_code == 404
    oskar = browser(house.person("oskar.lang"))
    assert str(house.ticket(run_id)) in oskar.get(reverse("support:tickets")).text
    page = oskar.get(ticket).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_an_answer_by_telephone_goes_on_as_a_written_one(house):
    run_id = house.ask()
    house.approve(run_id)
    oskar = browser(house.person("oskar.lang"))
    address = reverse("support:answer", args=[house.ticket(run_id).pk])
    oskar.post(address, {"text": "How do I return an item of the wrong size?", "request_key": "k"})
    carry()
    assert house.ticket(run_id).messages.count() == 3
    assert house.waiting(run_id).kind == "approval"


def test_the_review_shows_thread_draft_and_sources_side_by_side(house):
    review = house.waiting(house.ask(subject="Where <i>is</i> my parcel?"))
    page = browser(house.person("maria.keller")).get(reverse("review", args=[review.id])).text
    assert '<textarea id="draft-body" name="edit.body"' in page
    assert "css/support.css" in page
    for said in ("Claims in the reply", "Supported", "KB-118", "Order M-559120", "Added below the reply"):
        assert said in page
    assert "Where &lt;i&gt;is&lt;/i&gt; my parcel?" in page
    assert "There is no document" not in page


def test_the_draft_is_edited_on_the_page_and_left_alone_it_is_no_edit(house):
    run_id = house.ask()
    review = house.waiting(run_id)
    maria = browser(house.person("maria.keller"))
    body = review.proposal.actions.get(tool="send_reply").args["body"]
    common = {"digest": review.digest, "edit.subject": "", "decision": "approve"}
    common["edit.subject"] = review.proposal.actions.get(tool="send_reply").args["subject"]
    posted = {**common, "edit.body": body.replace("\n", "\r\n")}  # as browsers send it
    maria.post(reverse("review_decide", args=[review.id]), posted)
    carry()
    assert house.run(run_id).awaiting == "message"
    assert len(mail.outbox) == 1


# --- the link in a reply ------------------------------------------------------------------------------


def test_a_reply_is_rated_once_through_its_link(house):
    run_id = house.ask()
    house.approve(run_id)
    link, anybody = link_in(mail.outbox[0].body), Client()
    for _ in range(3):  # mail programs look too
        assert anybody.get(link).status_code == 200
    assert not Rating.objects.exists()
    assert anybody.post(link, {"score": "9"}).status_code == 422
    assert anybody.post(link, {"score": "4", "words": "Quick\n <b>and</b>  good"}).status_code == 200
    assert "Thank you" in anybody.post(link, {"score": "1"}).text
    rating = Rating.objects.get()
    assert (rating.score, rating.words) == (4, "Quick <b>and</b> good")
    assert anybody.get(link[:-3] + "abc/").status_code == 404


def test_links_cannot_be_tried_out_without_end(house):
    anybody = Client()
    answers = [anybody.get(reverse("support:rate", args=["made-up"])).status_code for _ in range(42)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_the_figures_tell_what_was_resolved_without_escalation(house):
    good, handed_over = house.ask(), house.ask("My lawyer will write to you.")
    house.approve(good)
    Client().post(link_in(mail.outbox[0].body), {"score": "5"})
    end_ticket(run_id=good, resolved=True, now=timezone.now())
    end_ticket(run_id=handed_over, resolved=False, now=timezone.now())
    found = figures(now=timezone.now())
    assert (found.tickets, found.ended, found.escalated, found.resolved_alone) == (2, 2, 1, 50)
    assert (found.ratings, found.satisfaction, found.satisfied) == (1, 5, 100)
    page = browser(house.person("oskar.lang")).get(reverse("support:tickets")).text
    assert "50 %" in page
    assert "the field reports 60 %" in page
