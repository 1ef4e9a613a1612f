"""What people think of a result: said on the run's page, kept for ever, exported with what they decided."""

from io import StringIO

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import timezone

from agentops.core.audit.models import AuditEntry
from agentops.core.permissions import Role
from runs.models import Feedback, Run
from runs.services.feedback import NoFeedback, give_feedback

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled(start_run, person):
    """A run that waits for people, and who asked for it."""
    asker = person()
    run = start_run(asker)
    Run.objects.filter(pk=run.pk).update(status="awaiting", awaiting="review", due_at=None)
    return Run.objects.get(pk=run.pk), asker


def address(run):
    return reverse("runs:feedback", args=[run.number])


def test_a_thumb_and_a_comment_are_kept_with_the_run_and_the_trail_says_so(settled, browse):
    run, asker = settled
    client = browse(as_=asker)
    page = client.get(reverse("runs:detail", args=[run.number])).text
    assert "Was this result good?" in page
    said = client.post(address(run), {"good": "no", "words": "The <b>due date</b> was wrong."})
    assert (said.status_code, said["Location"]) == (302, reverse("runs:detail", args=[run.number]))
    client.post(address(run), {"good": "yes"})
    assert list(Feedback.objects.order_by("given_at").values_list("good", "words", "person_id")) == [
        (False, "The <b>due date</b> was wrong.", asker.pk),
        (True, "", asker.pk),
    ]
    page = client.get(reverse("runs:detail", args=[run.number])).text
    assert "Not good, says" in page
    assert "The &lt;b&gt;due date&lt;/b&gt; was wrong." in page
    entries = AuditEntry.objects.filter(stream=f"run:{run.pk}", action="run.feedback").order_by("seq")
    told = [orjson.loads(entry.body) for entry in entries]
    assert [one["data"] for one in told] == [{"characters": 30, "good": False}, {"characters": 0, "good": True}]
    assert "due date" not in str(told)


def test_it_is_refused_for_a_run_of_somebody_else_without_a_result_or_without_an_answer(
    settled, start_run, browse, person
):
    run, asker = settled
    assert browse().post(address(run), {"good": "yes"}).status_code == 404
    assert browse(as_=asker).post(address(run), {"good": "maybe"}).status_code == 400
    operator = browse(Role.OPERATOR)
    fresh = start_run()
    answer = operator.post(address(fresh), {"good": "yes"}, follow=True)
    assert "There is no result yet" in answer.text
    assert (
        "x" * 2001 not in browse(as_=asker).post(address(run), {"good": "yes", "words": "x" * 2001}, follow=True).text
    )
    assert Feedback.objects.count() == 0


def test_only_people_give_feedback_and_nobody_changes_it(settled, service_user):
    run, asker = settled
    with pytest.raises(NoFeedback, match="Only people"):
        give_feedback(run_id=run.pk, by=service_user, good=True, words="", now=timezone.now())
    found = give_feedback(run_id=run.pk, by=asker, good=True, words="", now=timezone.now())
    with pytest.raises(IntegrityError, match="only a person"), transaction.atomic():
        Feedback.objects.create(run=run, person=service_user, good=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.filter(pk=found.pk).update(good=False)


def test_feedback_is_exported_with_secrets_masked_and_people_named_by_a_digest(settled, tmp_path):
    run, asker = settled
    words = "Pay to DE89370400440532013000 instead."
    give_feedback(run_id=run.pk, by=asker, good=False, words=words, now=timezone.now())
    out = StringIO()
    call_command("feedback_export", stdout=out)
    (row,) = [orjson.loads(line) for line in out.getvalue().splitlines()]
    assert (row["type"], row["run"], row["agent"], row["good"]) == ("feedback", run.number, run.agent, False)
    assert "DE89370400440532013000" not in row["words"]
    assert str(asker.pk) not in out.getvalue()
    assert asker.email not in out.getvalue()
    file = tmp_path / "export.jsonl"
    call_command("feedback_export", "--exact", "--to", str(file), "--since", "2020-01-01", stdout=out)
    assert orjson.loads(file.read_bytes())["words"] == words
    call_command("feedback_export", "--agent", "nobody", "--to", str(file), stdout=out)
    assert file.read_bytes() == b""
    with pytest.raises(CommandError, match="no day"):
        call_command("feedback_export", "--since", "soon")
