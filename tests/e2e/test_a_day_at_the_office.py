"""A day of the people who decide, in a real browser, with a real worker behind the pages."""

import pytest
from django.urls import reverse

from agentops.agents.invoices.demo import documents
from agentops.agents.invoices.demo.identifiers import iban
from agentops.core.models import User
from reviews.models import Decision, Review
from runs.models import Run
from tests.e2e.conftest import CHROMIUM, SIZES, hang_up, sign_in
from tests.stories.conftest import books, empty_house, house, open_house, until, working  # noqa: F401

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]
REFUSED_ON_PURPOSE = ("422 (Unprocessable", "409 (Conflict")


@pytest.fixture
def visit(chromium, live_server, open_house):  # noqa: F811
    """Opens a page as somebody who is signed in; fails on anything the browser complains of."""
    opened, complaints = [], []

    def go(name, path, *, look="light", scripts=True, by_form=False):
        width, height = SIZES[look]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="light" if look == "light" else "dark",
            java_script_enabled=scripts,
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if not by_form:
            sign_in(context, live_server.url, open_house.person(name))
            page.goto(live_server.url + path)
            return page
        page.goto(f"{live_server.url}/sign-in/?next={path}")
        page.fill("#email", open_house.accounts[name].email)
        page.fill("#password", open_house.password(name))
        page.click("button:has-text('Sign in')")
        page.wait_for_load_state("load")
        return page

    yield go
    for context in opened:
        hang_up(context)
    assert [said for said in complaints if not any(one in said for one in REFUSED_ON_PURPOSE)] == []


def press(page, key):
    """A moment after the page came: a key meant for the page before does nothing on this one."""
    page.wait_for_timeout(500)
    page.keyboard.press(key)


def test_with_the_keyboard_alone_a_clean_item_is_approved_and_posted(open_house, visit):  # noqa: F811
    review = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    page = visit("maria.keller", "/queue/", by_form=True)
    assert "Nordwind" in page.inner_text("main")
    page.goto(page.url.split("/queue")[0] + reverse("review", args=[review.id]))
    press(page, "a")
    page.wait_for_url("**done=**")
    assert "Approved" in page.inner_text("body")
    assert open_house.ended(review.run_id).status == "completed"
    assert books() == (1, 1, 1)
    seen = Decision.objects.get().seen
    assert seen.get("screen"), seen


def test_a_blocked_item_is_seen_at_once_and_no_key_approves_it(open_house, visit):  # noqa: F811
    review = open_house.waiting(open_house.send(open_house.bill("400.00", iban=iban("DE", "0411870999"))))
    page = visit("maria.keller", reverse("review", args=[review.id]))
    told = page.inner_text("main")
    assert "Approving is off" in told
    assert page.locator("button[value=approve]").count() == 0
    for key in ("a", "e", "Control+Enter"):
        press(page, key)
    assert not Decision.objects.exists()
    page.keyboard.press("r")
    page.wait_for_selector("dialog#reject[open]")


def test_the_second_signature_asks_for_the_password_and_then_it_is_paid(open_house, visit):  # noqa: F811
    review = open_house.waiting(open_house.send(open_house.bill("30000.00")))
    address = reverse("review", args=[review.id])
    maria = visit("maria.keller", address)
    press(maria, "a")
    maria.wait_for_url("**done=**")
    assert "second person" in maria.inner_text("body")

    anna = visit("anna.lindqvist", address)
    press(anna, "a")
    anna.fill("#su-password", "not my password")
    anna.click("#step-up button[value=approve]")
    anna.wait_for_selector("#step-up:has-text('not your password')")
    assert books() == (0, 0, 0)
    anna.fill("#su-password", open_house.password("anna.lindqvist"))
    anna.keyboard.press("Control+Enter")
    anna.wait_for_url("**done=**")
    assert open_house.ended(review.run_id).status == "completed"
    assert Decision.objects.count() == 2


def test_two_files_are_dropped_in_and_their_runs_are_followed(open_house, visit, tmp_path):  # noqa: F811
    clean, big = tmp_path / "clean.xml", tmp_path / "big.pdf"
    clean.write_bytes(documents.write(open_house.bill("400.00"), "xml-ubl"))
    big.write_bytes(documents.write(open_house.bill("9000.00"), "pdf-text"))
    page = visit("oskar.lang", "/runs/new/")
    page.set_input_files("input[name=files]", [str(clean), str(big)])
    page.wait_for_selector("#upload-list:has-text('2 started')")
    runs = list(Run.objects.order_by("number"))
    assert {run.requester for run in runs} == {User.objects.get(email=open_house.accounts["oskar.lang"].email)}
    for run in runs:
        open_house.settled(run.id)
    page.click(f"#upload-list a:has-text('R-{runs[0].number}')")
    page.wait_for_load_state("load")
    assert "Completed" in page.inner_text("main")
    assert page.locator("h1").count() == 1


def test_an_auditor_finds_a_run_in_the_trail_and_verifies_it(open_house, visit):  # noqa: F811
    run = open_house.settled(open_house.send(open_house.bill("400.00")))
    page = visit("aisha.rahman", f"/audit/?run=R-{run.number}")
    until(lambda: page.locator("#events a.row").count() > 3)
    page.click("button:has-text('Verify')")
    page.wait_for_load_state("load")
    assert "verified" in page.inner_text("body").lower()
    assert page.locator("text=does not verify").count() == 0


def test_without_scripts_an_item_is_approved_and_another_rejected(open_house, visit):  # noqa: F811
    first = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    second = open_house.waiting(open_house.send(open_house.bill("9100.00")))
    page = visit("tom.brandt", reverse("review", args=[first.id]), scripts=False)
    page.click("#decide button[value=approve]")
    page.wait_for_load_state("load")
    assert "Approved" in page.inner_text("body")
    assert open_house.ended(first.run_id).status == "completed"
    page.goto(page.url.split("/reviews")[0].split("/queue")[0] + reverse("review", args=[second.id]))
    page.click("noscript a:has-text('Reject'), a:has-text('Reject…')")
    page.check("#reject input[name=code] >> nth=0")
    page.click("#reject button[value=reject]")
    page.wait_for_load_state("load")
    assert Review.objects.get(pk=second.pk).status == "decided", page.inner_text("body")[:2000]
    assert open_house.ended(second.run_id).status == "rejected"


@pytest.mark.parametrize("look", SIZES)
def test_the_pages_of_a_reviewer_fit_every_screen(open_house, visit, look):  # noqa: F811
    open_house.send(documents.write(open_house.bill("9000.00"), "pdf-text"), kind="pdf")
    blocked = open_house.waiting(open_house.send(open_house.bill("400.00", iban=iban("DE", "0411870999"))))
    page = visit("maria.keller", "/queue/", look=look)
    host = page.url.split("/queue")[0]
    review = until(lambda: Review.objects.exclude(pk=blocked.pk).filter(closed_at=None).first())
    for address in ("/queue/", reverse("review", args=[review.id]), reverse("review", args=[blocked.id])):
        page.goto(host + address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[look][0], (look, address)
        assert page.locator("h1").count() == 1, address
