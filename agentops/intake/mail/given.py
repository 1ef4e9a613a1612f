"""A mail that somebody gives as a file (`.eml`): taken apart and kept like one from a mailbox."""

from __future__ import annotations

from datetime import datetime

from agentops.core.models import User
from agentops.intake.mail.keeping import keep
from agentops.intake.mail.working import work_through
from agentops.intake.models import Mail

SUFFIX = ".eml"


def take_mail(raw: bytes, *, agent: str, desk: str, requester: User, now: datetime) -> Mail:
    """The mail with its arrivals; one of which nothing could be made is in triage.

    Whoever gives the file asks, whatever its headers say. The same file again is a mail of its own, as an upload is.
    """
    return work_through(keep(raw, agent=agent, desk=desk, requester=requester, now=now), now=now)
