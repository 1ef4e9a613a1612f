"""`manage.py intake` prints one line for a mail, whatever is in it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from agentops.intake.models import Mail
from runs.models import IntakeProblem, Run
from tests.intake.letters import PDF, letter, pdf

KEYS = ["file", "sha256", "run", "status", "stage", "disposition", "reasons", "seconds"]


@pytest.fixture
def printed(inbox_user, tmp_path):
    """The line for a mail with these files."""

    def give(*files):
        (tmp_path / "mail.EML").write_bytes(letter(*files).as_bytes())
        out = StringIO()
        call_command(
            *("intake", "mail.EML", "--agent", "reading", "--as", inbox_user.email),
            root=tmp_path, wait=0.0, jsonl=True, stdout=out,
        )  # fmt: skip
        (line,) = [json.loads(text) for text in out.getvalue().splitlines()]
        assert list(line) == KEYS
        return line

    return give


def test_one_document_is_the_line(printed):
    line = printed(pdf("one.pdf"))
    assert (line["file"], line["run"], line["status"]) == ("mail.EML", str(Run.objects.get().pk), "queued")
    assert line["sha256"] == Run.objects.get().given.document


def test_of_several_the_worst_stands_and_all_reasons(printed):
    line = printed(pdf("one.pdf"), ("list.xls", b"no", "application/vnd.ms-excel"), pdf("two.pdf", b""))
    assert line["sha256"] == Mail.objects.get().document
    assert line["disposition"] is None  # the run is still at work, which is worse than a refusal
    assert line["reasons"] == ["unsupported_type", "empty_file"]
    line = printed(("list.xls", b"no", "application/vnd.ms-excel"), ("all.zip", PDF, "application/zip"))
    assert (line["run"], line["status"], line["disposition"]) == (None, "refused", "reject")
    assert line["reasons"] == ["unsupported_type", "archive"]
    assert IntakeProblem.objects.count() == 3  # the same refused file again shares its receipt


def test_of_none_the_line_says_why_the_mail_waits(printed):
    line = printed()
    assert (line["run"], line["status"], line["reasons"]) == (None, "refused", ["no_attachment"])
    assert line["sha256"] == Mail.objects.get().document
