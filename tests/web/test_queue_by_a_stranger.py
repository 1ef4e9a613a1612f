"""The queue asked for what nobody sane asks for, and used without a script."""
# ruff: noqa: F811 - fixtures are named as what they make

import base64
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from agentops.web.queue.weight import HEAVY
from agentops.web.reviews.look import LOOKS
from reviews import services
from reviews.models import Review
from tests.reviews.conftest import (  # noqa: F401 - fixtures
    SETUP,
    desk,
    filer,
    now,
    people,
    person,
    review,
    run,
)

QUEUE = "/queue/"
ID = "0192f3a4-0000-7000-8000-000000000000"


def key(*values: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(values))).decode().rstrip("=")


@pytest.fixture
def maria(browse, people):
    return browse(as_=people.maria)


@pytest.mark.parametrize(
    "query",
    [
        *({"sort": "amount", "after": key(text, ID)} for text in ("NaN", "-Infinity", "1e1000000", "1e-1000000")),
        {"sort": "confidence", "after": key("sNaN", ID)},
        {"sort": "age", "after": key("0001-01-01T00:00:00+14:00", ID)},
        {"amount_from": "1E-99999"},
        {"amount_to": "-0E-999999999"},
        {"q": "1.E-400000"},
        {"q": "R-99999999999999999999"},
    ],
)
def test_numbers_that_no_row_has_break_nothing(maria, review, query):
    review()
    assert maria.get(QUEUE, query).status_code == 200


def test_put_off_for_ages_says_until_when_it_really_is(maria, review, now):
    form = {"ids": [review().id], "until": "at", "at": "9999-12-31T23:59:59-14:00"}
    page = maria.post(reverse("queue_snooze"), form, follow=True).content.decode()
    until = Review.objects.get().snoozed_until
    assert until < now + timedelta(days=30)
    assert f"Put off until {timezone.localtime(until):%a %H:%M}" in page


def test_what_was_decided_while_it_slept_is_not_said_to_sleep(maria, people, review, now):
    waiting = review()
    services.snooze(review_id=waiting.id, person=people.maria, until=None, now=now)
    services.reject(review_id=waiting.id, signer=people.maria, seen=waiting.digest, code="fraud", now=now)
    for page in (f"{QUEUE}?view=done", reverse("review", args=[waiting.id])):
        assert "put it off" not in maria.get(page).content.decode()


def test_claiming_from_the_queue_keeps_what_was_looked_for(maria, review):
    waiting = review()
    page = maria.get(QUEUE, {"reason": "amount_over_limit"}).content.decode()
    assert '<input type="hidden" name="back" value="queue"><input type="hidden" name="query" value="reason=' in page
    form = {"back": "queue", "query": "reason=amount_over_limit"}
    assert maria.post(reverse("review_claim", args=[waiting.id]), form).url == f"{QUEUE}?reason=amount_over_limit"
    form |= {"decision": "approve", "digest": waiting.digest}
    after = maria.post(reverse("review_decide", args=[waiting.id]), form).url
    assert after.startswith(f"{QUEUE}?reason=amount_over_limit&done=")


def test_who_only_reads_is_offered_no_button_that_refuses(browse, person, review):
    review()
    page = browse(as_=person("Aud", "auditor")).get(QUEUE).content.decode()
    assert "F-1" in page
    assert "Claim <kbd" not in page
    assert "Approve <kbd" not in page


def test_start_reviewing_leads_only_to_what_one_may_decide(browse, person, people, desk, review, now):
    onlooker = person("Nora", "reviewer")
    services.grant_desk(to=onlooker, desk=desk, by=SETUP, permissions=("view",))
    waiting = review()
    assert browse(as_=onlooker).get(reverse("queue_next")).url == QUEUE
    assert browse(as_=people.maria).get(reverse("queue_next")).url == reverse("review", args=[waiting.id])


def test_without_a_script_what_needs_one_is_not_shown_and_snoozing_has_a_way(maria, review):
    styles = (Path(settings.BASE_DIR) / "static/css/utilities.css").read_text()
    assert "@media (scripting: none) { .js-only { display: none !important } }" in styles
    waiting = review()
    page = maria.get(reverse("review", args=[waiting.id])).content.decode()
    assert 'href="?do=snooze#snooze"' in page
    shown = maria.get(reverse("review", args=[waiting.id]), {"do": "snooze"}).content.decode()
    assert 'aria-labelledby="snooze-title" open>' in shown


def test_enter_in_the_time_of_the_dialog_takes_that_time(maria, review):
    review()
    form = maria.get(QUEUE).content.decode().partition('id="snooze-form"')[2]
    first = form[form.index("<button") :]
    assert first.startswith('<button name="until" value="at" hidden>'), "the first button is what Enter presses"


def test_what_is_too_heavy_for_a_look_is_named_as_the_gate_names_it():
    assert set(LOOKS) >= HEAVY
