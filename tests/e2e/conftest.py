"""One real browser for all tests of the session; two would be in each other's way."""

import os
from pathlib import Path

import pytest

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")
PASSWORD = "a long enough password"
SIZES = {"light": (1440, 900), "phone": (390, 844)}


@pytest.fixture(scope="session")
def chromium():
    """The browser of this machine."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
