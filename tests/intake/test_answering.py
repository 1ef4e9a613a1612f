"""The acknowledgement: off by default, a fixed text, once a day to one address, and never to a machine."""

import pytest
from django.core import mail as outbox

from agentops.intake.mail.answering import whom
from agentops.intake.mail.parse import headers_of
from agentops.intake.models import Acknowledgement, Mail, Mailbox
from agentops.intake.part import look_into_mailbox
from tests.intake.letters import PDF, letter, pdf, trail

OWN = "invoices@office.test"


@pytest.fixture
def answering(mailbox):
    Mailbox.objects.update(acknowledge=True, address=OWN)
    return Mailbox.objects.get()


def test_nothing_is_answered_unless_the_mailbox_is_set_up_so(mailbox, post):
    post.deliver(letter(pdf("one.pdf")))
    look_into_mailbox(mailbox.pk)
    assert outbox.outbox == []


def test_the_sender_gets_the_fixed_text_once_a_day(answering, post):
    for number in (1, 2):
        post.deliver(letter(pdf("one.pdf", PDF + b"%d" % number), number=number, subject="Secret words"))
    post.deliver(letter(pdf("one.pdf", PDF + b"3"), number=3, sender="other@vendor.test"))
    look_into_mailbox(answering.pk)
    assert [sent.to for sent in outbox.outbox] == [["sales@vendor.test"], ["other@vendor.test"]]
    sent = outbox.outbox[0]
    assert sent.from_email == OWN
    assert sent.extra_headers["Auto-Submitted"] == "auto-replied"
    assert sent.extra_headers["In-Reply-To"] == "<1@vendor.test>"
    assert "Secret words" not in sent.message().as_string()
    assert Acknowledgement.objects.count() == 2
    assert trail().count("mail.acknowledged") == 2


def test_what_goes_to_triage_is_not_answered(answering, post):
    post.deliver(letter())
    look_into_mailbox(answering.pk)
    assert Mail.objects.get().status == "triage"
    assert outbox.outbox == []


def test_one_mailbox_answers_so_many_in_an_hour_and_no_more(answering, post, monkeypatch):
    monkeypatch.setattr("agentops.intake.mail.answering.MOST_AN_HOUR", 1)
    for number in (1, 2):
        post.deliver(letter(pdf("a.pdf", PDF + b"%d" % number), number=number, sender=f"s{number}@vendor.test"))
    look_into_mailbox(answering.pk)
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize(
    "more",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated",
        "Precedence: bulk",
        "Precedence: list",
        "List-Id: <news.vendor.test>",
        "List-Unsubscribe: <mailto:x@vendor.test>",
        "X-Auto-Response-Suppress: OOF",
        "X-Loop: us",
        "Return-Path: <>",
        "Return-Path: <bounce@elsewhere.test>",
        "From: second@vendor.test",
    ],
)
def test_machines_lists_and_bounces_are_not_answered(more):
    assert whom(headers_of(f"From: sales@vendor.test\r\n{more}\r\n\r\n".encode()), OWN) == ""


@pytest.mark.parametrize(
    "sender", [OWN, "no-reply@vendor.test", "noreply@vendor.test", "MAILER-DAEMON@vendor.test", "list-request@v.test"]
)
def test_nobody_is_behind_these_addresses(sender):
    assert whom(headers_of(f"From: {sender}\r\n\r\n".encode()), OWN) == ""


def test_a_person_is_answered():
    said = b"From: Sales <sales@vendor.test>\r\nAuto-Submitted: no\r\nReturn-Path: <sales@vendor.test>\r\n\r\n"
    assert whom(headers_of(said), OWN) == "sales@vendor.test"
