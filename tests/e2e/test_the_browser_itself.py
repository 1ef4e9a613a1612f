"""A browser that no longer answers fails the test that waits for it, and the next test has another."""

import pytest
from playwright.sync_api import Error

from tests.e2e.conftest import CHROMIUM, answering, hang_up

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")]


def test_a_browser_that_does_not_answer_is_ended_and_another_opened(open_browser):
    context = open_browser().new_context()
    page = context.new_page()
    with pytest.raises(Error), answering(1):
        page.evaluate("new Promise(() => {})")
    hang_up(context)
    again = open_browser().new_context()
    assert again.new_page().evaluate("1 + 1") == 2
    hang_up(again)
