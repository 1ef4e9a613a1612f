"""Browsers for people of every role, and a payment that waits."""

import pytest

from tests.agents.invoices.test_account_changes import _bank_folder, ask, call, confirm, entry, manager, now  # noqa: F401
from tests.web.conftest import browse, person, service_user  # noqa: F401


@pytest.fixture
def payment(entry, post, pay):  # noqa: F811
    """A scheduled payment of 119.00 EUR to the account on file."""
    return pay(post())
