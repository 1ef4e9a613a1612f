"""kill -9 between any two steps of taking a mail: nothing is lost, nothing is taken twice."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from agentops.core.audit.verify import verify
from agentops.intake.models import Arrival, Mail, Mailbox
from runs.models import IntakeProblem, Run
from tests.intake.letters import PDF, letter, pdf, trail

ROOT = Path(__file__).parents[2]
POINTS = (
    "mail.bytes_kept",
    "mail.keep.commit",
    "mail.keep.committed",
    "run.start.committed",
    "mail.taken_in",
    "mail.arrived.committed",
    "mail.refused.commit",
    "mail.finish.commit",
    "mail.finish.committed",
)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_mail_survives_a_kill_at_every_step(transactional_db, mailbox, post, settings):
    post.deliver(letter(pdf("one.pdf"), pdf("two.pdf", PDF + b"2"), ("all.zip", b"PK\x03\x04", "application/zip")))
    ends = looked(mailbox, settings, *POINTS)
    assert dict(zip((*POINTS, "none"), ends, strict=True)) == {**dict.fromkeys(POINTS, -9), "none": 0}
    assert sorted(Run.objects.values_list("given__subject", flat=True)) == ["one.pdf", "two.pdf"]
    assert IntakeProblem.objects.count() == 1
    assert sorted(Arrival.objects.values_list("disposition", flat=True)) == ["refused", "run", "run"]
    assert Mail.objects.get().status == "done"
    assert (post.count("INBOX"), post.count("Processed")) == (0, 1)
    assert trail() == ["mail.received", "mail.done"]
    assert Mailbox.objects.get().error == ""
    assert verify().ok
    post.deliver(letter(pdf("three.pdf", PDF + b"3"), number=2))
    assert looked(mailbox, settings, "mail.before_move") == [-9, 0]
    assert Run.objects.count() == 3
    assert (post.count("INBOX"), post.count("Processed")) == (0, 2)


def looked(mailbox, settings, *points):
    """The exit codes of the lookers, each killed at its point, and of one that is not."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {
        **os.environ,
        "DATABASE_URL": database.geturl(),
        "AGENTOPS_BLOB_DIR": str(settings.BLOB_DIR),
        "AGENTOPS_SECRETS_DIR": str(settings.SECRETS_DIR),
        "AGENTOPS_MAIL_HOSTS": "127.0.0.1",
    }
    command = [sys.executable, "-m", "tests.intake.looker", str(mailbox.pk), *points]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]
