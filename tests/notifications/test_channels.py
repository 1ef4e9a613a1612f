"""A desk's channel hears what it asked for, in its shape, with links only; and is switched off when nobody is there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from agentops.core.audit.models import AuditEntry
from agentops.notifications import services
from agentops.notifications.errors import NewsError
from agentops.notifications.models import Channel, Delivery
from tests.notifications.conftest import told
from tests.notifications.test_telling import PERSONAL

BAD = "Nordwind <!channel> [x](https://evil.example) www.evil.example"


def due_again() -> None:
    Delivery.objects.filter(status="pending").update(due_at=timezone.now() - timedelta(seconds=1))


def test_slack_hears_what_waits_with_a_link_and_no_button(channel, chat, review, people, settings):
    channel("slack", kinds=["opened"])
    waiting = review(sentence=BAD)
    assert told() == 1
    (heard,) = chat.heard
    text = f"R-{waiting.run.number} waits at Accounts payable"
    assert heard["text"] == text
    first, second = heard["blocks"]
    assert first["text"]["type"] == "plain_text"
    assert first["text"]["text"].split("\n")[0] == text
    assert second["text"]["text"] == f"<{settings.PUBLIC_URL}/reviews/{waiting.id}/|Look at it>"
    assert second["text"]["verbatim"]
    said = json.dumps(heard)
    assert not [word for word in ("Nordwind", "120.00", "button", "actions") if word in said]


def test_teams_gets_a_card(channel, chat, review, people, settings):
    settings.NEWS_SENTENCE = True
    channel("teams", kinds=["opened"], shows_amount=True)
    waiting = review(sentence=BAD)
    assert told() == 1
    (heard,) = chat.heard
    (attached,) = heard["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    runs = [block["inlines"][0]["text"] for block in attached["content"]["body"] if block["type"] == "RichTextBlock"]
    assert "Amount: 120.00 EUR" in runs
    assert runs[-1] == "\u201cNordwind \u2039!channel\u203a (x)(https: //evil .example) www .evil .example\u201d"
    assert attached["content"]["body"][-1]["text"] == f"[Look at it]({settings.PUBLIC_URL}/reviews/{waiting.id}/)"
    assert "actions" not in attached["content"]


def test_a_channel_hears_only_what_it_asked_for_at_its_desk(channel, chat, review, people):
    made = channel(kinds=["urgent"])
    review()
    assert told() == 0
    review(reasons=[PERSONAL.as_json()])
    told()
    assert len(chat.heard) == 1
    assert Delivery.objects.get(channel=made).kind == "urgent"


def test_what_was_decided_before_it_left_is_not_posted(channel, chat, review, people, now):
    from reviews import services as decide

    channel(kinds=["opened"])
    chat.answers = [(503, b"busy")]
    waiting = review()
    told()
    decide.reject(review_id=waiting.id, signer=people.maria, seen=waiting.digest, code="fraud", words="", now=now)
    due_again()
    told()
    assert len(chat.heard) == 1
    assert Delivery.objects.get().status == "dropped"


def test_a_channel_that_fails_ten_times_is_switched_off_and_says_why(channel, chat, review, people):
    made = channel(kinds=["opened"])
    chat.answers = [(500, b"<b>broken</b>")] * 30
    review()
    review()
    for _ in range(6):
        due_again()
        told()
    made.refresh_from_db()
    assert not made.active
    assert made.why_off.startswith("10 attempts in a row failed; the last one: answered 500")
    assert len(chat.heard) <= 12
    assert AuditEntry.objects.filter(stream="notifications", action="news.channel_off").count() == 1
    review()
    before = len(chat.heard)
    told()
    assert len(chat.heard) == before


def test_a_channel_that_is_gone_is_switched_off_at_once(channel, chat, review, people):
    made = channel(kinds=["opened"])
    chat.answers = [(410, b"channel_is_archived")]
    review()
    told()
    made.refresh_from_db()
    assert (made.active, Delivery.objects.get().status) == (False, "failed")


def test_a_receiver_that_asks_for_time_gets_it(channel, chat, review, people):
    channel(kinds=["opened"])
    chat.answers = [(429, b"slow down")]
    review()
    told()
    assert Delivery.objects.get().due_at > timezone.now() + timedelta(seconds=5)
    assert Delivery.objects.get().told == "answered 429"


def test_an_address_is_kept_sealed_and_never_inside_the_house(channel, chat, admin, desk, people):
    made = channel()
    assert b"secret-part" not in bytes(made.address)
    assert made.url == chat.url
    assert made.host == "127.0.0.1"
    assert "secret-part" not in "".join(AuditEntry.objects.values_list("body", flat=True))
    for url, refusal in (
        ("https://10.0.0.1/x", "inside the house"),
        ("http://example.com/x", "https only"),
        ("https://example.com/\u00e4", "plain letters"),
    ):
        with pytest.raises(NewsError, match=refusal):
            channel(url=url)
    with pytest.raises(NewsError, match="Only a policy administrator"):
        services.make_channel(desk=desk, name="A", shape="slack", url=chat.url, kinds=["opened"], shows_amount=False,
                              by=people.maria, now=timezone.now())  # fmt: skip
    assert Channel.objects.count() == 1


def test_a_test_message_arrives_and_a_paused_channel_hears_nothing(channel, chat, admin, review, people):
    made = channel(kinds=["opened"])
    services.test_channel(channel_id=made.id, by=admin, now=timezone.now())
    assert told() == 1
    assert chat.heard[0]["text"] == "This is a test. Messages arrive here."
    services.pause_channel(channel_id=made.id, by=admin)
    review()
    assert told() == 0
    with pytest.raises(NewsError, match="Resume it first"):
        services.test_channel(channel_id=made.id, by=admin, now=timezone.now())
    services.resume_channel(channel_id=made.id, by=admin, now=timezone.now())
    review()
    assert told() == 1
    actions = AuditEntry.objects.filter(stream="notifications").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["news.channel_made", "news.channel_tested", "news.channel_paused", "news.channel_resumed"]
