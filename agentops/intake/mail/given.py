"""A mail that somebody gives as a file (`.eml`): taken apart and kept like one from a mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agentops.core.models import User
from agentops.intake.mail.keeping import keep
from agentops.intake.mail.working import work_through
from agentops.intake.models import Mail
from runs.intake import GOAL

SUFFIX = ".eml"


def take_mail(
    raw: bytes,
    *,
    agent: str,
    desk: str,
    requester: User,
    now: datetime,
    goal: str = GOAL,
    claimed: Mapping[str, Any] | None = None,
) -> Mail:
    """The mail with its arrivals; one of which nothing could be made is in triage.

    Whoever gives the file asks, whatever its headers say. The same file again is a mail of its own, as an upload is.
    `goal` and `claimed` are what they say of each file in it, as for `take_in`.
    """
    asked: dict[str, Any] = {} if goal == GOAL else {"goal": goal}
    if claimed:
        asked["claimed"] = dict(claimed)
    return work_through(keep(raw, agent=agent, desk=desk, requester=requester, now=now, asked=asked), now=now)
