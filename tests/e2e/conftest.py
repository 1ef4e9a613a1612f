"""One real browser for all tests of the session; two would be in each other's way."""

import asyncio
import os
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Error, sync_playwright

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")
PASSWORD = "a long enough password"
SIZES = {"light": (1440, 900), "phone": (390, 844)}


def sign_in(context, url, user):
    """What the form of the sign-in page would leave in this browser; a test of its own goes through the form."""
    client = Client()
    client.force_login(user, backend="agentops.core.backends.PersonBackend")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@contextmanager
def answering(seconds):
    """Ends the browser if this takes longer: it is often newer than its driver, and was seen to answer nothing more,
    not even that a window is closed. What waits for it fails then, instead of waiting for ever."""
    watch = threading.Timer(seconds, _end_browsers)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def hang_up(context):
    """Close the windows of somebody; what a test was about is over by then, so a browser that hangs is only ended."""
    with suppress(Error), answering(30):
        context.close()


def _end_browsers():
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "chrom" in process.name():
                process.kill()


@pytest.fixture(scope="session")
def open_browser():
    """Opens the browser of this machine, or gives the one that is open."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread
    browsers = []

    with sync_playwright() as playwright:
        loop = asyncio._get_running_loop()

        def give():
            if not browsers or not browsers[-1].is_connected():
                browsers.append(playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]))
            return browsers[-1]

        yield give
        asyncio._set_running_loop(loop)  # the last test of all may be one that sees none
        with suppress(Error), answering(30):
            browsers[-1].close()


@pytest.fixture
def chromium(open_browser):
    """The browser of this machine, which answers within a test or is ended."""
    with answering(300):
        yield open_browser()
