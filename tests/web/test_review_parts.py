"""What a review's page fetches when somebody opens it, and the way on to the next item that was fetched ahead."""
# ruff: noqa: F811 - fixtures are named as what they make

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from reviews import services
from reviews.models import Decision, Review
from runs.models import IntakeProblem, ProblemStatus, ToolCall
from tests.reviews.conftest import (  # noqa: F401 - fixtures
    FAR,
    SETUP,
    ask_about,
    desk,
    filer,
    now,
    people,
    person,
    propose,
    review,
    run,
    stuck,
)
from tests.web.test_review import address, maria, page, say  # noqa: F401 - maria is a fixture

MARK = re.compile(r'data-mark="(\w+)"')


def part(client, review, name):
    return client.get(reverse("review_part", args=[review.id, name]))


def test_what_was_decided_about_the_party_before_is_fetched_when_it_is_opened(maria, people, review, now):
    before, waiting = review(sentence="File the first."), review()
    services.reject(review_id=before.id, signer=people.omar, seen=before.digest, code="fraud", now=now)
    link = reverse("review", args=[before.id])
    assert link not in page(maria, waiting).split("History")[0]
    assert link in part(maria, waiting, "earlier").content.decode()
    assert link in page(maria, waiting, show="earlier"), "the way of who has no script"


def test_to_whom_it_can_be_handed_over_is_fetched_with_the_dialog_and_stands_there_without_a_script(maria, review):
    waiting = review()
    assert "Omar" not in page(maria, waiting)
    assert "Omar" in part(maria, waiting, "hand_over").content.decode()
    assert "Omar" in page(maria, waiting, do="hand_over")
    refused = say(maria, waiting, "hand_over", to="").content.decode()
    assert "Omar" in refused, "the dialog that was refused is open again, with everybody in it"


def test_every_call_that_led_here_is_fetched(maria, review):
    waiting = review()
    ToolCall.objects.create(
        run=waiting.run, revision=1, epoch=1, seq=0, attempt=1, tool="find_it", tool_version="2" * 64, result="value",
        input={}, started_at=FAR, duration_ms=12,
    )  # fmt: skip
    assert "Find it" not in page(maria, waiting)
    for name in ("provenance", "tried"):
        assert "Find it" in part(maria, waiting, name).content.decode()
    assert "Find it" in page(maria, waiting, show="provenance")


def test_parts_are_for_who_sees_the_review_and_a_blind_check_has_none(maria, browse, person, review, run):
    waiting, done = review(), run(ended=True)
    assert part(maria, waiting, "nonsense").status_code == 404
    assert part(browse(as_=person("Nora", "reviewer")), waiting, "earlier").status_code == 404
    sample = ask_about(done, propose(done, state="performed", verdict="allow"), kind="sample")
    for name in ("earlier", "provenance"):
        assert part(maria, sample, name).status_code == 404
        assert "Earlier" not in page(maria, sample, show=name)
    assert maria.get(reverse("review_mail", args=[waiting.id])).status_code == 404, "it came otherwise"


def test_who_decides_hears_what_comes_next_and_whether_it_is_as_it_was_fetched(maria, people, review):
    first, second = review(), review()
    ahead = maria.get(reverse("queue_next"), {"after": first.id}, follow=True)
    assert ahead.redirect_chain == [(reverse("review", args=[second.id]), 302)]
    mark = MARK.search(ahead.content.decode())[1]
    form = {"decision": "approve", "digest": first.digest, "request_key": "k-1"}
    told = maria.post(address(first, "review_decide"), form, headers={"X-Ahead": "1"}).json()
    assert told["mark"] == mark
    assert told["next"].startswith(reverse("review", args=[second.id]) + "?done=")
    assert "<b>Approved</b>" in told["toast"]
    assert Decision.objects.get().review == first

    services.comment(review_id=second.id, person=people.omar, words="Wait.", now=timezone.now())
    assert MARK.search(page(maria, second))[1] != mark, "what was said meanwhile makes it another page"


def test_the_last_item_leads_to_the_queue_and_a_refusal_is_a_page(maria, review):
    last = review()
    form = {"decision": "approve", "digest": "0" * 64, "request_key": "k-1"}
    refused = maria.post(address(last, "review_decide"), form, headers={"X-Ahead": "1"})
    assert (refused.status_code, refused["Content-Type"].split(";")[0]) == (409, "text/html")
    told = maria.post(address(last, "review_decide"), {**form, "digest": last.digest}, headers={"X-Ahead": "1"}).json()
    assert told["next"].startswith(reverse("queue"))
    assert told["mark"] == ""


def test_what_is_marked_red_asks_for_one_step_more(maria, review):
    plain, red = review(), review(reasons=[{"code": "hidden_text", "sentence": "There is hidden text."}])
    assert "data-heed" not in page(maria, plain)
    assert 'data-heed="Hidden text in the document"' in page(maria, red)


def test_a_claim_is_taken_over_only_with_words(maria, people, review):
    waiting = review()
    services.claim(review_id=waiting.id, person=people.omar)
    maria.post(address(waiting, "review_claim"), {"claim": "take_over", "words": " "})
    assert Review.objects.get().claimed_by == people.omar
    assert "Say in a few words why" in page(maria, waiting)


@pytest.mark.parametrize("sent_by", ["maria", "omar"])
def test_who_sent_the_file_of_somebody_elses_run_is_not_offered_its_approval(maria, people, run, sent_by):
    waiting = run()
    reasons = [{"code": "always_reviewed", "sentence": "Everything is looked at."}]
    asked = ask_about(waiting, propose(waiting, reasons=reasons))
    IntakeProblem.objects.create(
        agent="filer", desk="payables", name="a.heic", size=1, code="x", message="No.", document="0" * 64,
        requester=getattr(people, sent_by), run=waiting, status=ProblemStatus.KEYED, settled_at=FAR,
        settled_by=people.jonas,
    )  # fmt: skip
    rows = maria.get("/queue/").context["groups"][0].rows
    assert [row.is_clean for row in rows] == [sent_by == "omar"]
    page = maria.post(reverse("queue_bulk"), {"ids": [asked.id]}, follow=True).content.decode()
    assert ("you asked for this run" in page) == (sent_by == "maria")
