"""The document viewer in a real browser: search, turn, pick words into a field, Tab to what needs you, by hand."""
# ruff: noqa: F811 - fixtures are named as what they make

import pytest
from django.urls import reverse

from agentops.agents.invoices.models import Invoice
from reviews.models import Decision
from tests.e2e.conftest import CHROMIUM
from tests.e2e.test_a_day_at_the_office import press, visit  # noqa: F401 - fixtures
from tests.reviews.test_taking_over import typed, unreadable, waits_again  # noqa: F401 - fixtures
from tests.stories.conftest import books, empty_house, house, open_house, working  # noqa: F401 - fixtures

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]
BOX = "(q) => { const b = document.querySelector(q).getBoundingClientRect(); return [b.x, b.y, b.width, b.height] }"


def middle(page, selector):
    x, y, width, height = page.evaluate(BOX, selector)
    return x + width / 2, y + height / 2


def drag_over(page, selector):
    """From before to behind something on the page."""
    x, y, width, height = page.evaluate(BOX, selector)
    page.mouse.move(x - 3, y - 3)
    page.mouse.down()
    page.mouse.move(x + width + 3, y + height + 3, steps=4)
    page.mouse.up()


@pytest.fixture
def waiting(open_house):
    return open_house.waiting(open_house.send(open_house.bill("9000.00"), kind="pdf-text"))


def test_words_of_the_page_are_found_and_picked_into_a_field_and_the_edit_is_judged_before_it_is_signed(
    open_house, visit, waiting
):
    maria = visit("maria.keller", reverse("review", args=[waiting.id]))
    number = maria.input_value("#arg-invoice_number")
    press(maria, "/")
    maria.keyboard.type(number)
    maria.keyboard.press("Enter")
    maria.wait_for_selector(".hit.is-here")
    assert maria.inner_text(".find output").startswith("1 of ")
    maria.keyboard.press("Escape")

    x, y = middle(maria, '.sheet .box[data-field="due_date"]')
    maria.mouse.click(x, y)  # a box leads to its field
    assert maria.evaluate("document.activeElement.id") == "arg-due_date"
    assert maria.is_visible('.arg[data-field="due_date"] .crop')
    assert maria.is_hidden('.arg[data-field="invoice_number"] .crop')
    drag_over(maria, '.sheet .box[data-field="issue_date"]')
    maria.wait_for_selector('[data-field="due_date"].is-edited')
    assert maria.evaluate("document.activeElement.id") == "arg-due_date"
    note = maria.evaluate("""document.querySelector('[name="picked.edit.due_date"]').value""").split(",")
    assert note[0] == "1"
    maria.wait_for_selector("#recap .diff-recap")
    assert "Due date" in maria.inner_text("#recap")
    assert "gated again" in maria.inner_text("#recap")
    maria.keyboard.press("Escape")
    press(maria, "e")
    maria.wait_for_url("**done=**")
    decision = Decision.objects.get()
    assert decision.verdict == "edit"
    assert decision.seen["picked"]["edit.due_date"]["page"] == 1
    assert open_house.ended(waiting.run_id).status == "completed"
    posted = Invoice.objects.get()
    assert posted.due_date == posted.issue_date


def test_a_page_is_turned_and_still_read_where_one_points(visit, waiting):
    maria = visit("maria.keller", reverse("review", args=[waiting.id]))
    tall = maria.evaluate(BOX, ".sheet svg")
    press(maria, "o")
    wide = maria.evaluate(BOX, ".sheet svg")
    assert tall[3] > tall[2]
    assert wide[2] > wide[3]
    number = maria.input_value("#arg-invoice_number")
    maria.fill("#arg-invoice_number", "")
    maria.focus("#arg-invoice_number")
    drag_over(maria, '.sheet .box[data-field="invoice_number"]')
    maria.wait_for_function("value => document.querySelector('#arg-invoice_number').value === value", arg=number)


def test_tab_walks_what_needs_a_person_and_then_the_decision(open_house, visit):
    waiting = open_house.waiting(open_house.send(open_house.bill("400.00", ordered=False), kind="pdf-text"))
    maria = visit("maria.keller", reverse("review", args=[waiting.id]))
    needs = maria.evaluate("[...document.querySelectorAll('[data-needs] input:not([readonly])')].map(e => e.id)")
    stops = []
    for _ in range(len(needs) + 1):
        maria.keyboard.press("Tab")
        stops.append(maria.evaluate("document.activeElement.id || document.activeElement.value"))
    assert stops == [*needs, "approve"]
    assert needs
    press(maria, "w")
    assert maria.get_attribute("[data-walk]", "aria-pressed") == "true"
    assert maria.evaluate("document.activeElement.matches('.args input')")


def test_a_step_is_taken_over_in_the_browser(open_house, visit, unreadable, typed):
    invoice = open_house.bill("400.00")
    stuck = open_house.waiting(open_house.send(invoice, kind="pdf-text"))
    maria = visit("maria.keller", reverse("review", args=[stuck.id]))
    assert maria.is_visible(".sheet image")  # nobody could read it, but a person may look
    for name, text in typed(invoice).items():
        field = f'[name="{name}"]'
        if name == "hand.document_type":
            maria.select_option(field, text)
        else:
            maria.fill(field, text)
    maria.focus("#hand-words")
    maria.keyboard.press("Control+Enter")
    maria.wait_for_url("**done=**")
    assert waits_again(open_house, stuck.run_id, stuck).kind == "approval"
    assert books() == (0, 0, 0)
