"""What reviewers do all day, in a real browser: edit, reject, send back, in bulk, two at once, overtaken, by phone."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from reviews.models import Decision, Review
from tests.e2e.conftest import CHROMIUM
from tests.e2e.test_a_day_at_the_office import press, visit  # noqa: F401
from tests.stories.conftest import books, empty_house, house, open_house, until, working  # noqa: F401
from tools_registry import services
from tools_registry.kinds import Mode
from tools_registry.queries import current_policy

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]


def propose_only(author):
    """The policy lets the agent propose what moves money, and do none of it alone."""
    policy = current_policy()
    for grant in policy.all_grants():
        if grant.mode == Mode.AUTO and grant.tool in ("post_to_accounting", "schedule_payment"):
            policy = policy.with_grant(replace(grant, mode=Mode.REVIEW))
    services.propose_policy(to=policy, author=author, why="looked at for a while", now=timezone.now())


def page_of(review):
    return reverse("review", args=[review.id])


def test_an_edit_is_typed_shown_as_a_difference_and_posted_as_edited(open_house, visit):  # noqa: F811
    review = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    page = visit("maria.keller", page_of(review))
    press(page, "e")
    focused = page.evaluate("document.activeElement.matches('[data-arg]')")
    assert focused, "E goes to the first field that may be edited"
    day = page.locator("[data-arg][name*=execute_on], [data-arg][name*=due]").first
    day.fill("2027-01-29")
    assert "1 edit" in page.locator("[data-key=e]").inner_text()
    page.click("[data-key=e]")
    page.wait_for_url("**done=**")
    assert "with your edits" in page.inner_text("body")
    assert open_house.ended(review.run_id).status == "completed"
    assert Decision.objects.get().verdict == "edit"
    assert books() == (1, 1, 1)


def test_a_rejection_takes_two_keys_and_its_reason_one(open_house, visit):  # noqa: F811
    review = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    page = visit("maria.keller", page_of(review))
    press(page, "r")
    page.wait_for_selector("dialog#reject[open]")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**done=**")
    assert "Rejected" in page.inner_text("body")
    assert open_house.ended(review.run_id).status == "rejected"
    assert Decision.objects.get().code
    assert books() == (0, 0, 0)


def test_what_was_sent_back_returns_with_what_changed_and_is_approved(open_house, visit):  # noqa: F811
    review = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    page = visit("maria.keller", page_of(review))
    press(page, "s")
    page.wait_for_selector("dialog#send-back[open]")
    page.fill("#sb-note", "Please read it again.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**done=**")
    again = until(lambda: Review.objects.filter(run_id=review.run_id, closed_at=None).first(), 20)
    assert again.proposal.number > review.proposal.number
    page.goto(page.url.split("/queue")[0].split("/reviews")[0] + page_of(again))
    told = page.inner_text("main")
    assert "since your last look" in told.lower()
    assert "Please read it again." in told
    press(page, "a")
    page.wait_for_url("**done=**")
    assert open_house.ended(review.run_id).status == "completed"


def test_clean_items_are_chosen_by_keys_looked_at_once_and_approved_together(open_house, visit):  # noqa: F811
    # What is over a limit is opened by itself; what always asks may be looked at together.
    propose_only(open_house.person("pia.hansen"))
    runs = [open_house.send(open_house.bill(net)) for net in ("410.00", "420.00", "430.00")]
    for run in runs:
        assert open_house.waiting(run).codes == ["needs_approval"]
    page = visit("maria.keller", "/queue/")
    for key in ("j", "x", "j", "x", "j", "x"):
        page.keyboard.press(key)
    assert "3 selected · all can be approved together" in page.inner_text("#bulk")
    page.click("[data-bulk-approve]")
    page.wait_for_selector("h1:has-text('Approve 3 together')")
    for box in page.locator("input[name=ids]").all():
        box.check()
    page.click("button:has-text('Approve what is ticked')")
    page.wait_for_load_state("load")
    assert [open_house.ended(run).status for run in runs] == ["completed"] * 3
    assert Decision.objects.count() == 3, "one decision for each"


def test_what_must_be_opened_by_itself_is_not_offered_for_approval_together(open_house, visit):  # noqa: F811
    open_house.waiting(open_house.send(open_house.bill("9100.00")))
    page = visit("maria.keller", "/queue/")
    for key in ("j", "x"):
        page.keyboard.press(key)
    assert "1 selected · 1 must be opened" in page.inner_text("#bulk")
    assert page.locator("[data-bulk-approve]").is_disabled(), "the page before it would leave this one out"


def test_two_people_at_once_see_each_other_and_only_one_decides(open_house, visit):  # noqa: F811
    review = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    maria, tom = visit("maria.keller", page_of(review)), visit("tom.brandt", page_of(review))
    maria.click("button[value=claim], [name=claim]:visible >> nth=0")
    maria.wait_for_load_state("load")
    tom.reload()
    assert "Maria Keller" in tom.inner_text("main")
    press(maria, "a")
    maria.wait_for_url("**done=**")
    press(tom, "a")
    tom.wait_for_selector("main:has-text('Maria Keller')")
    tom.wait_for_load_state("load")
    assert tom.locator("button[value=approve]").count() == 0, "nothing is left to press"
    assert Decision.objects.count() == 1
    assert open_house.ended(review.run_id).status == "completed"
    assert books() == (1, 1, 1)


def test_a_proposal_that_changed_under_the_reader_is_not_approved_and_says_what_changed(open_house, visit):  # noqa: F811
    review = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    maria, tom = visit("maria.keller", page_of(review)), visit("tom.brandt", page_of(review))
    press(tom, "s")
    tom.wait_for_selector("dialog#send-back[open]")
    tom.fill("#sb-note", "Look again.")
    tom.keyboard.press("Control+Enter")
    tom.wait_for_url("**done=**")
    until(lambda: Review.objects.filter(run_id=review.run_id, closed_at=None).first(), 20)
    press(maria, "a")
    maria.wait_for_selector("main:has-text('Tom Brandt')")
    assert not Decision.objects.filter(verdict="approve").exists()
    assert books() == (0, 0, 0)


def test_on_a_phone_an_item_is_opened_from_the_queue_and_approved_with_a_thumb(open_house, visit):  # noqa: F811
    review = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    page = visit("maria.keller", "/queue/", look="phone")
    page.click("a.row")
    page.wait_for_url(f"**{page_of(review)}**")
    button = page.locator("button[value=approve]")
    where = button.bounding_box()
    assert where, "the button is on the page"
    assert where["y"] + where["height"] <= 844, "it is on the screen without scrolling"
    assert where["height"] >= 44, "a thumb hits it"
    button.click()
    page.wait_for_url("**done=**")
    assert open_house.ended(review.run_id).status == "completed"


def test_the_next_item_is_there_without_a_page_and_is_decided_like_any_other(open_house, visit):  # noqa: F811
    first, second = (open_house.waiting(open_house.send(open_house.bill(net))) for net in ("9000.00", "9100.00"))
    page = visit("maria.keller", page_of(first))
    page.wait_for_load_state("networkidle")  # the next one was fetched
    page.wait_for_timeout(500)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.same = true")
    shown = page.input_value("#decide [name=shown_at]")
    page.keyboard.press("a")
    page.wait_for_url(f"**{page_of(second)}?done=**")
    assert page.evaluate("window.same"), "no page was loaded"
    assert "Approved" in page.inner_text("#toasts")
    assert page.evaluate("document.activeElement.id") == "sentence"
    assert page.input_value("#decide [name=shown_at]") > shown, "it is shown from now on, not since it was fetched"
    press(page, "x")
    page.wait_for_selector("#hand-over[open] option:has-text('Tom Brandt')", state="attached")
    page.keyboard.press("Escape")
    press(page, "a")
    until(lambda: Decision.objects.count() == 2)
    assert {one.review_id for one in Decision.objects.all()} == {first.pk, second.pk}
    for one in (first, second):
        assert open_house.ended(one.run_id).status == "completed"
