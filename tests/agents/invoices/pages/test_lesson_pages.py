"""What was learned, in the browser: shown to who reads vendors, ended and taught again by who may."""

import pytest
from django.utils import timezone

from agentops.agents.invoices.models import Correction, Layout, Lesson
from agentops.core.ids import uuid7
from agentops.core.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(entry, person):
    by, at = person(Role.REVIEWER, name="Rita Reviewer"), timezone.now()
    about = {"vendor": entry, "run_id": uuid7(), "proposal_id": uuid7(), "document": "d" * 64}
    correction = Correction.objects.create(field="due_date", corrected="2026-12-15", by=by, at=at, **about)
    layout = Layout.objects.create(vendor=entry, marks=["rechnung@2"], document="d" * 64, created_at=at)
    return Lesson.objects.create(
        layout=layout, field="due_date", version=1, label="<b>valuta</b>", way="right", correction=correction,
        taught_by=by, taught_at=at,
    )  # fmt: skip


def test_a_lesson_is_shown_with_who_taught_it_and_its_wording_is_quoted(browse, entry, lesson):
    page = browse(Role.AUDITOR).get(f"/invoices/vendors/{entry.pk}/lessons/").text
    assert "Rita Reviewer" in page
    assert "&lt;b&gt;valuta" in page
    assert "doubted until signed 2 times" in page
    assert "2026-12-15" in page
    assert "End this lesson" not in page, "an auditor changes nothing"
    assert "1 lesson in force" in browse(Role.AUDITOR).get(f"/invoices/vendors/{entry.pk}/").text


def test_it_is_ended_with_a_word_why_and_taught_again(browse, entry, lesson):
    manager = browse(Role.VENDOR_MANAGER)
    url, page = f"/invoices/vendors/lessons/{lesson.pk}/", f"/invoices/vendors/{entry.pk}/lessons/"
    assert "Say why" in manager.post(url, {"decision": "end", "words": " "}, follow=True).text
    assert manager.post(url, {"decision": "end", "words": "Wrong column."})["Location"] == page
    assert "Wrong column." in manager.get(page).text
    manager.post(url, {"decision": "restore"})
    assert list(Lesson.objects.order_by("version").values_list("version", "ended_why")) == [
        (1, "Wrong column."), (2, ""),
    ]  # fmt: skip
    assert Lesson.objects.get(version=2).taught_by == manager.person


def test_who_may_not_teach_is_shown_the_door(browse, lesson):
    answer = browse(Role.REVIEWER).post(f"/invoices/vendors/lessons/{lesson.pk}/", {"decision": "end", "words": "x"})
    assert answer.status_code in (403, 404)
    lesson.refresh_from_db()
    assert lesson.is_in_force
