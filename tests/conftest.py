"""What every test may ask for. Starts the throw-away servers before anything of Django is imported."""

import asyncio
from pathlib import Path

import pytest

from tests import servers

servers.start()

import django  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from tests import emptying  # noqa: E402

django.setup()
emptying.install()
assert get_resolver().url_patterns  # now, with every agent there: a test may take some away for a while


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker) -> None:
    """Each worker of xdist has a copy of one migrated database."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = servers.template(connection)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item):
    """A browser that an earlier test opened keeps an event loop running in this thread; who uses none sees none.

    Around the whole of a test, its fixtures included: with and without a loop Django has different connections, and
    the one without may have been hung up meanwhile.
    """
    left = None if "e2e" in item.path.parts else asyncio._get_running_loop()
    if left is not None:
        asyncio._set_running_loop(None)
        connection.close()
    try:
        return (yield)
    finally:
        if left is not None:
            asyncio._set_running_loop(left)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data that is shared between projects; skips where there is none."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the shared data is not on this machine")
    return folder
