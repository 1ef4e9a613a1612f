"""kill -9 between any two steps of telling: nothing is lost, and a twin is the same mail again."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from agentops.notifications.models import Attempt, Delivery, Item, News

ROOT = Path(__file__).parents[2]
POINTS = (
    "news.spread.begin",
    "news.spread.commit",
    "news.spread.committed",
    "news.claim.commit",
    "news.claim.committed",
    "news.call",
    "news.called",
    "news.record.commit",
)


@pytest.mark.faults
def test_a_mail_survives_a_kill_at_every_step(house, review, people, post, chosen):
    chosen(people.maria, opened="mail")
    review()
    ends = delivered(post.port, *POINTS)
    assert dict(zip((*POINTS, "none"), ends, strict=True)) == {**dict.fromkeys(POINTS, -9), "none": 0}
    # Killed before the call nothing left; killed after it, before the record, the same mail leaves again.
    assert len(post.taken) == 3
    assert len({letter.mail["Message-ID"] for letter in post.taken}) == 1
    assert {letter.text for letter in post.taken} == {post.taken[0].text}
    assert Delivery.objects.get().status == "sent"
    assert (News.objects.filter(spread_at=None).count(), Item.objects.count(), Attempt.objects.count()) == (0, 1, 1)
    assert delivered(post.port) == [0]
    assert len(post.taken) == 3


def delivered(port, *points):
    """The exit codes of the couriers, each killed at its point, and of one that is not."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {**os.environ, "DATABASE_URL": database.geturl()}
    command = [sys.executable, "-m", "tests.notifications.deliverer", str(port), *points]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [int(code) for code in done.stdout.split()]
