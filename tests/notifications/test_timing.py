"""Quiet hours and digests keep to the clock of the person they are for, over midnight and when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from agentops.notifications.kinds import How
from agentops.notifications.models import Manner
from agentops.notifications.telling.timing import due

NIGHT = {"quiet_from": time(19), "quiet_until": time(7)}
NOON = {"quiet_from": time(12), "quiet_until": time(14)}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+00:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("manner", "how", "urgent", "now", "then"),
    [
        ({}, How.MAIL, False, "11-20T22:00", "11-20T22:00"),
        (NIGHT, How.MAIL, False, "11-20T17:59", "11-20T17:59"),  # 18:59 in Berlin
        (NIGHT, How.MAIL, False, "11-20T18:00", "11-21T06:00"),
        (NIGHT, How.MAIL, False, "11-21T05:59", "11-21T06:00"),
        (NIGHT, How.MAIL, False, "11-21T06:00", "11-21T06:00"),
        (NOON, How.MAIL, False, "11-20T12:30", "11-20T13:00"),
        (NIGHT, How.MAIL, True, "11-20T22:00", "11-20T22:00"),  # urgent: at any hour
        ({**NIGHT, "quiet_holds_urgent": True}, How.MAIL, True, "11-20T22:00", "11-21T06:00"),
        ({}, How.DIGEST, False, "11-20T06:00", "11-20T07:00"),
        ({}, How.DIGEST, False, "11-20T07:00", "11-21T07:00"),
        ({}, How.DIGEST, True, "11-20T06:00", "11-20T06:00"),  # urgent: never in a digest
        ({"digest_hour": 9, "zone": "America/New_York"}, How.DIGEST, False, "11-20T13:00", "11-20T14:00"),
        ({"digest_hour": 2}, How.DIGEST, False, "03-28T12:00", "03-29T01:00"),  # an hour that does not exist
        (NIGHT, How.MAIL, False, "10-24T22:00", "10-25T06:00"),  # a night of 25 hours
    ],
)
def test_a_mail_leaves_when_its_person_may_be_written_to(manner, how, urgent, now, then):
    zone = {"zone": "Europe/Berlin"} | manner
    assert due(Manner(**zone), how, urgent=urgent, now=at(now)) == at(then)
