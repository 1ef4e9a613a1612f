"""What a hostile page, a wrong match or a crowd of look-alikes could do to a vendor's memory."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from agentops.agents.invoices import queries, services
from agentops.agents.invoices.duplicates import Candidate
from agentops.agents.invoices.lessons import agreement
from agentops.agents.invoices.models import Lesson, Vendor
from agentops.core.audit.models import AuditEntry
from runs import steering

from .conftest import make_order
from .house import proposal_of
from .test_lessons import NOW, corrector, house, paper, read, taught  # noqa: F401 - fixtures

D = Decimal


@pytest.mark.parametrize("place", ["²", "--5", "", "1e3", "9" * 5000])
def test_marks_that_are_none_agree_with_nothing_and_break_nothing(place):
    hostile = [f"rechnung@{place}"] * 6
    marks = [f"word{number}@{number}" for number in range(6)]
    assert agreement(marks, [*marks, *hostile]) == 1.0
    assert agreement(hostile, marks) == 0.0


def test_what_ends_a_lesson_stands_in_the_trail(house, vendor, taught, corrector):  # noqa: F811 - fixtures
    moved = ((60, 500, "Zahltag"), (200, 500, "24.12.2026"))
    taught(paper("RE-1"), due_date="2026-12-15")
    make_order(vendor, "PO-2")
    taught(paper("RE-2", "20.12.2026", order="PO-2", more=moved), due_date="2026-12-24")
    first = Lesson.objects.order_by("version").first()
    ended = AuditEntry.objects.get(stream=f"vendor:{vendor.pk}", action="vendor.lesson_ended")
    assert str(first.pk) in ended.body
    assert str(corrector.pk) in ended.actor


def test_a_correction_is_kept_for_whom_it_was_posted_to(house, vendor, corrector):  # noqa: F811 - fixtures
    """The match said another vendor, and a person named the right one in the proposal."""
    Vendor.objects.create(key="V-9", name="Wrongly matched", currency="EUR")
    run_id = house.send(data=paper("RE-1"))
    with transaction.atomic():
        edits = {0: {"due_date": "2026-12-15"}}
        run = steering.lock_run(run_id)
        steering.amend_proposal(run, proposal_of(run_id), edits=edits, editor=corrector, now=NOW)
    kept = services.keep_corrections(run_id=run_id, results={"extract": read(run_id), "vendor": {"key": "V-9"}})
    assert [one.vendor for one in kept] == [vendor]


def test_the_same_number_is_found_among_ever_so_many_that_only_look_like_it(vendor, stage):
    for number in range(queries.MOST_EARLIER + 1):
        stage(document="e" * 64, invoice_number=f"AB-{number}-1")
    twin = stage(document="f" * 64, invoice_number="RE-7-1")
    one = Candidate(
        vendor="V-1", number="re 7/1", issue_date=date(2026, 10, 29), currency="EUR", gross=twin.gross_total,
        document="c" * 64,
    )  # fmt: skip
    assert twin.number in [other.number for other in queries.earlier_invoices(one, None)]
