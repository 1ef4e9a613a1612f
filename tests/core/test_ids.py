"""Ids sort by time and never meet."""

import time

from agentops.core.ids import uuid7


def test_an_id_is_a_uuid_of_version_seven():
    made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_sort_by_the_time_they_were_made():
    first = uuid7()
    time.sleep(0.002)
    assert first < uuid7()
    assert abs((first.int >> 80) - time.time() * 1000) < 1000


def test_ids_never_meet():
    assert len({uuid7() for _ in range(20_000)}) == 20_000
