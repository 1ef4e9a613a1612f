"""Files come in by browser: dropped, chosen, without a script, and what is done about those that are refused."""

import pytest

from agentops.agents.invoices.demo import documents
from runs.models import IntakeProblem, Run
from tests.e2e.conftest import CHROMIUM
from tests.e2e.test_a_day_at_the_office import visit  # noqa: F401
from tests.stories.conftest import empty_house, house, open_house, working  # noqa: F401

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]
DROP = """(element, files) => {
    const carried = new DataTransfer();
    for (const [name, text] of files) carried.items.add(new File([text], name));
    element.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def test_dropped_files_are_sent_one_by_one_and_each_gets_its_answer(open_house, visit):  # noqa: F811
    good = documents.write(open_house.bill("400.00"), "xml-ubl").decode()
    page = visit("oskar.lang", "/runs/new/")
    page.eval_on_selector(".drop", DROP, [["a.xml", good], ["b<b>.txt", "no invoice"], ["c.xml", good]])
    page.wait_for_selector("#up-counts:has-text('1 started, 1 known, 1 refused')")
    lines = page.locator(".upload-list li")
    assert lines.count() == 3
    assert "Same file as R-" in lines.filter(has_text="c.xml").inner_text()  # whichever came second says so
    assert "b<b>.txt" in lines.nth(1).inner_text()
    page.click(".upload-list a:has-text('Receipt')")
    page.wait_for_url("**/intake/**")
    assert "unsupported" in page.inner_text("main").lower()


def test_an_amount_that_cannot_be_used_is_said_where_it_was_typed_and_nothing_is_sent(open_house, visit):  # noqa: F811
    page = visit("oskar.lang", "/runs/new/")
    page.click("summary:has-text('Say what you expect')")
    page.fill("#n-a", "about 400")
    page.eval_on_selector(".drop", DROP, [[f"{number}.xml", "<x/>"] for number in range(6)])
    page.wait_for_selector("#refused")
    assert "1234.56" in page.inner_text("#refused")
    assert page.evaluate("document.activeElement.id") == "n-a"
    assert not Run.objects.exists()
    page.fill("#n-a", "476.00")
    page.eval_on_selector(".drop", DROP, [["a.txt", "no invoice"]])
    page.wait_for_selector("#up-counts:has-text('refused')")
    assert page.locator("#refused").count() == 0
    assert IntakeProblem.objects.get().given["claimed"] == {"amount": "476.00", "currency": "EUR"}


def test_without_a_script_files_are_chosen_sent_and_answered_all_the_same(open_house, visit, tmp_path):  # noqa: F811
    file = tmp_path / "a.txt"
    file.write_text("no invoice")
    page = visit("oskar.lang", "/runs/new/", scripts=False)
    page.set_input_files("input[name=files]", [str(file)])
    page.click("button:has-text('Upload')")
    page.wait_for_load_state("load")
    assert "1 refused" in page.inner_text("main")
    page.click("a:has-text('Receipt')")
    with page.expect_download() as saved:
        page.click("a:has-text('Save the original')")
    assert saved.value.suggested_filename == "a.txt"
    page.fill("#why", "Not an invoice")
    page.click("#close button")
    page.wait_for_load_state("load")
    assert "Every file became a run" in page.inner_text("main")
