"""One real browser for all tests of the session; two would be in each other's way."""

import asyncio
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")
PASSWORD = "a long enough password"
SIZES = {"light": (1440, 900), "phone": (390, 844)}


def sign_in(context, url, user):
    """What the form of the sign-in page would leave in this browser; a test of its own goes through the form."""
    client = Client()
    client.force_login(user, backend="agentops.core.backends.PersonBackend")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.fixture(scope="session")
def chromium():
    """The browser of this machine."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        loop = asyncio._get_running_loop()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        asyncio._set_running_loop(loop)  # the last test of all may be one that sees none
        browser.close()
