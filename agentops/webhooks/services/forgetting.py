"""The end of the log: messages that arrived or failed long ago, their attempts, and calls that were taken."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from agentops.core.clock import db_now
from runs.points import single
from runs.sql import query

AT_ONCE = 5000
# A function of the database (webhooks/migrations/0004_forgetting.py): the application itself may not delete these.
_FORGET = "SELECT webhooks_forget(%s, %s)"


def forget_old() -> int:
    """Forget what is older than `WEBHOOK_LOG_DAYS`; returns how many messages and calls. What is still to be sent
    stays however old it is."""
    before, forgotten = db_now() - timedelta(days=settings.WEBHOOK_LOG_DAYS), 0
    while True:
        with single("webhook.forget"):
            ((some,),) = query(_FORGET, (before, AT_ONCE))
        forgotten += int(some)
        if some < AT_ONCE:
            return forgotten
