"""What a correction teaches: the next document of the layout is read right, any other is left alone, people decide."""

import json
import threading
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from agentops.agents.invoices import jobs, services
from agentops.agents.invoices.lessons import is_same_layout, of_reading
from agentops.agents.invoices.lessons.applying import CONFIRMED, UNCONFIRMED
from agentops.agents.invoices.models import Correction, Invoice, Layout, Lesson, LessonUse, PurchaseOrder
from agentops.agents.invoices.reading import read_file
from agentops.core.audit.models import AuditEntry
from agentops.core.ids import uuid7
from agentops.core.models import User
from agentops.core.permissions import Role
from runs import steering
from runs.agents import Instruction
from runs.models import Step

from .conftest import ON_FILE, make_order
from .house import POLICY, proposal_of, run_of

D = Decimal
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def paper(
    number,
    due="15.12.2026",
    *,
    order="PO-1",
    net="100,00",
    tax="19,00",
    gross="119,00",
    issued="29.10.2026",
    other=False,
    more=(),
):
    """A vendor's invoice that calls the day to pay by a word that nobody knows; `other` is another of its layouts."""
    page = BytesIO()
    canvas = Canvas(page, pagesize=A4, invariant=1)
    left, right = (330, 420) if other else (60, 200)
    table = 40 if other else 0
    lines = [
        (60, 800, "Falkenrath Bürobedarf GmbH"), (60, 786, "Lindenallee 4, 50667 Köln"),
        (left, 700, "Rechnung"),
        (left, 670, "Rechnungsnummer:"), (right, 670, number),
        (left, 655, "Rechnungsdatum:"), (right, 655, issued),
        (left, 640, "Bestellnummer:"), (right, 640, order),
        (left, 625, "Valutastellung"), (right, 625, due),
        (60, 560, "Beschreibung"), (260 + table, 560, "Menge"), (340 + table, 560, "Einzelpreis"),
        (460 + table, 560, "Betrag EUR"),
        (60, 540, "Toner"), (260 + table, 540, "10"), (340 + table, 540, "10,00"), (460 + table, 540, "100,00"),
        (340 - 4 * table, 480, "Nettobetrag"), (460 + table, 480, "100,00"),
        (340 - 4 * table, 465, "Umsatzsteuer 19 %"), (460 + table, 465, "19,00"),
        (340 - 4 * table, 450, "Gesamtbetrag EUR"), (460 + table, 450, gross),
        (60, 80, "USt-IdNr.: DE811223344"), (60, 66, f"IBAN: {ON_FILE}"), (300, 80, "Amtsgericht Köln"),
        *more,
    ]  # fmt: skip
    for x, y, text in lines:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(x, y, text)
    canvas.save()
    return page.getvalue()


@pytest.fixture
def corrector(db):
    return User.objects.create_user("c@example.org", "Corrector")


@pytest.fixture
def manager(db):
    from django.contrib.auth.models import Group

    person = User.objects.create_user("m@example.org", "Manager")
    person.groups.add(Group.objects.get(name=Role.VENDOR_MANAGER))
    return person


@pytest.fixture
def house(house, tmp_path):
    """People see every invoice."""
    (tmp_path / "strict.json").write_text(json.dumps({**POLICY, "approval_limit_gross": "50.00"}))
    call_command("load_policy", str(tmp_path / "strict.json"), stdout=StringIO())
    return house


@pytest.fixture
def taught(house, corrector):
    """Send a document, correct fields of it, sign, and learn; the run's id."""

    def taught(data, **fields):
        run_id = house.send(data=data)
        put_right(house, run_id, corrector, **fields)
        services.learn_from_corrections(now=NOW)
        return run_id

    return taught


def put_right(house, run_id, corrector, **fields):
    if run_of(run_id).status == "completed":
        raise AssertionError("nobody was asked, so nobody corrects")
    with transaction.atomic():
        said = Instruction("wrong_value", "It is written there.", fields, by=corrector.pk)
        steering.send_back(steering.lock_run(run_id), proposal_of(run_id), instruction=said, now=NOW)
    house.work()
    house.approve(run_id)
    assert run_of(run_id).status == "completed"


def read(run_id):
    return Step.objects.filter(run_id=run_id, name="extract").order_by("-revision").first().output


def another(house, vendor, number, **changes):
    """The next document of the vendor, on an order of its own."""
    order = f"PO-{number}"
    make_order(vendor, order)
    return house.send(data=paper(number, order=order, **changes))


def test_the_day_to_pay_is_not_found_before_anybody_says_where(house):
    found = read_file(paper("RE-1"), "a.pdf")
    assert found.error is None
    assert found.text("due_date") is None
    assert (found.text("invoice_number"), found.text("gross_total")) == ("RE-1", "119.00")


def test_corrected_once_the_next_document_of_the_layout_is_read_right(house, vendor, taught, corrector):
    first = taught(paper("RE-1"), due_date="2026-12-15")
    lesson = Lesson.objects.get()
    assert (lesson.field, lesson.label, lesson.way, lesson.version) == ("due_date", "valutastellung", "right", 1)
    assert (lesson.taught_by, lesson.correction.run_id, lesson.layout.vendor) == (corrector, first, vendor)
    assert (lesson.correction.read, lesson.correction.corrected) == ("", "2026-12-15")
    actions = list(
        AuditEntry.objects.filter(stream=f"vendor:{vendor.pk}").order_by("seq").values_list("action", "actor")
    )
    assert [action for action, _ in actions] == ["vendor.correction_kept", "vendor.lesson_taught"]
    assert all(str(corrector.pk) in actor for _, actor in actions)

    second = another(house, vendor, "RE-2", due="20.12.2026")
    found = read(second)
    assert found["invoice"]["due_date"] == "2026-12-20"
    seen = found["seen"]["due_date"]
    assert (seen["method"], seen["words"], seen["page"]) == ("lesson", "20.12.2026", 1)
    assert seen["box"]
    assert found["lessons"] == {"due_date": str(lesson.pk)}
    told = [row["excerpt"] for row in proposal_of(second).body["evidence"] if row["kind"] == "lesson"]
    assert told == ["Due date: to the right of \u201cvalutastellung\u201d, taught by Corrector on 20 Nov 2026."]


def test_what_a_lesson_led_to_is_doubted_until_people_signed_it_twice(house, vendor, taught):
    taught(paper("RE-1"), due_date="2026-12-15")
    sure = []
    for number in ("RE-2", "RE-3", "RE-4"):
        run_id = another(house, vendor, number, due="20.12.2026")
        sure.append(proposal_of(run_id).confidence)
        house.approve(run_id)
    assert [float(one) for one in sure[:2]] == [UNCONFIRMED, UNCONFIRMED]
    assert float(sure[2]) > UNCONFIRMED
    assert read(run_id)["seen"]["due_date"]["confidence"] == CONFIRMED
    assert list(LessonUse.objects.values_list("outcome", flat=True)) == ["confirmed"] * 3


def test_another_layout_of_the_vendor_is_left_alone(house, vendor, taught):
    taught(paper("RE-1"), due_date="2026-12-15")
    found = read(another(house, vendor, "RE-2", other=True))
    assert (found["invoice"]["due_date"], found["lessons"]) == (None, {})
    ours, theirs = (of_reading(read_file(paper("RE-1", other=other), "a.pdf")).layout for other in (False, True))
    assert not is_same_layout(ours, theirs)
    assert is_same_layout(ours, of_reading(read_file(paper("X-77", "1.1.2027", gross="5,00"), "a.pdf")).layout)


def test_a_lesson_is_ended_and_brought_back_by_people(house, vendor, taught, corrector, manager):
    taught(paper("RE-1"), due_date="2026-12-15")
    lesson = Lesson.objects.get()
    with pytest.raises(services.LessonError):
        services.end_lesson(lesson_id=lesson.pk, words="Wrong.", by=corrector, now=NOW)
    services.end_lesson(lesson_id=lesson.pk, words="It was the wrong day.", by=manager, now=NOW)
    assert read(another(house, vendor, "RE-2"))["invoice"]["due_date"] is None
    with pytest.raises(services.LessonError):
        services.end_lesson(lesson_id=lesson.pk, words="Again.", by=manager, now=NOW)

    again = services.restore_lesson(lesson_id=lesson.pk, by=manager, now=NOW)
    assert (again.version, again.taught_by, again.label) == (2, manager, lesson.label)
    assert read(another(house, vendor, "RE-3"))["invoice"]["due_date"] == "2026-12-15"
    told = AuditEntry.objects.filter(stream=f"vendor:{vendor.pk}").order_by("seq").values_list("action", flat=True)
    assert list(told)[-2:] == ["vendor.lesson_ended", "vendor.lesson_taught"]


def test_a_lesson_that_led_astray_ends_and_the_next_version_follows(house, vendor, taught, corrector):
    moved = ((60, 500, "Zahltag"), (200, 500, "24.12.2026"))
    taught(paper("RE-1"), due_date="2026-12-15")
    make_order(vendor, "PO-2")
    taught(paper("RE-2", "20.12.2026", order="PO-2", more=moved), due_date="2026-12-24")
    before, after = Lesson.objects.order_by("version")
    assert (before.ended_by, before.ended_why) == (corrector, "The value it led to was put right.")
    assert (after.version, after.label, after.is_in_force) == (2, "zahltag", True)
    assert before.uses.get().outcome == "corrected"


def test_an_edit_teaches_as_well(house, vendor, corrector):
    run_id = house.send(data=paper("RE-1"))
    with transaction.atomic():
        edits = {0: {"due_date": "2026-12-15"}}
        run = steering.lock_run(run_id)
        steering.amend_proposal(run, proposal_of(run_id), edits=edits, editor=corrector, now=NOW)
    house.approve(run_id)
    kept = Correction.objects.get()
    assert (kept.field, kept.read, kept.corrected, kept.by) == ("due_date", "", "2026-12-15", corrector)
    assert services.learn_from_corrections(now=NOW) == 1
    assert Lesson.objects.get().label == "valutastellung"
    assert services.learn_from_corrections(now=NOW) == 0


def test_a_value_that_is_not_on_the_document_teaches_nothing(house, taught):
    taught(paper("RE-1"), due_date="2027-03-09")
    kept = Correction.objects.get()
    assert (kept.status, kept.why) == ("not_learnable", "No wording on the document leads to this value.")
    assert not Lesson.objects.exists()


def test_who_sent_it_and_where_money_goes_is_never_learned(house, taught):
    taught(
        paper("RE-1"), supplier_name="Falkenrath Bürobedarf GmbH", iban="DE89370400440532013000", due_date="2026-12-15"
    )
    assert list(Correction.objects.values_list("field", flat=True)) == ["due_date"]


def test_nothing_is_kept_of_a_correction_that_came_to_nothing(house, corrector):
    run_id = house.send(data=paper("RE-1"))
    with transaction.atomic():
        said = Instruction("wrong_value", "There.", {"due_date": "2026-12-15"}, by=corrector.pk)
        steering.send_back(steering.lock_run(run_id), proposal_of(run_id), instruction=said, now=NOW)
    house.work()
    with transaction.atomic():
        steering.end_rejected(steering.lock_run(run_id), code="wrong", proposal=proposal_of(run_id), now=NOW)
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"field": "iban", "correction": "iban"}, "lesson_is_never_about_who_sent_it_or_where_money_goes"),
        ({"field": "payable"}, "it rests on a correction of this field and vendor"),
        ({"taught_by": "service"}, "only a person teaches"),
        ({"version": 1}, "lesson_version_is_used_once"),
        ({}, "lesson_only_one_in_force_per_layout_and_field"),
    ],
)
def test_the_database_refuses_a_lesson_that_nobody_taught(house, taught, corrector, changes, why):
    taught(paper("RE-1"), due_date="2026-12-15")
    known = Lesson.objects.get()
    if "taught_by" in changes:
        changes = {"taught_by": house.requester}
    if "correction" in changes:
        about = {"vendor": known.layout.vendor, "run_id": uuid7(), "proposal_id": uuid7(), "by": corrector, "at": NOW}
        changes = {"field": "iban", "correction": Correction.objects.create(field="iban", corrected="DE1", **about)}
    values = {
        "layout": known.layout, "field": "due_date", "version": 2, "label": "x y", "way": "right",
        "correction": known.correction, "taught_by": corrector, "taught_at": NOW, **changes,
    }  # fmt: skip
    if "version" in changes:
        services.lessons._end(known, corrector, NOW, "Test.")
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        Lesson.objects.create(**values)


def test_what_was_taught_corrected_and_seen_never_changes(house, taught):
    taught(paper("RE-1"), due_date="2026-12-15")
    for rows, change in (
        (Lesson.objects.all(), {"label": "another"}),
        (Correction.objects.all(), {"corrected": "2027-01-01"}),
        (Layout.objects.all(), {"marks": []}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_a_run_that_nobody_saw_confirms_nothing(house, vendor, taught, tmp_path):
    taught(paper("RE-1"), due_date="2026-12-15")
    lesson = Lesson.objects.get()
    for run in ("RE-2", "RE-3"):
        house.approve(another(house, vendor, run))
    (tmp_path / "loose.json").write_text(json.dumps(POLICY))
    call_command("load_policy", str(tmp_path / "loose.json"), stdout=StringIO())
    unseen = another(house, vendor, "RE-4", issued="30.10.2026")
    assert (run_of(unseen).status, house.reasons(unseen)) == ("completed", [])
    assert lesson.uses.get(run_id=unseen).outcome == "used"
    assert PurchaseOrder.objects.get(number="PO-RE-4").billed == D(100)


def test_what_goes_wrong_with_remembering_never_stops_a_posting(house, corrector, monkeypatch):
    def breaks(*args):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr("agentops.agents.invoices.services.corrections._kept", breaks)
    run_id = house.send(data=paper("RE-1"))
    put_right(house, run_id, corrector, due_date="2026-12-15")
    assert Invoice.objects.get(run_id=run_id).status == "posted"
    assert not Correction.objects.exists()


def test_the_ticker_has_corrections_learned_from_beside_its_sweeps(house, corrector, monkeypatch):
    assert jobs.learn_aside() is False
    put_right(house, house.send(data=paper("RE-1")), corrector, due_date="2026-12-15")
    learned, may_end = threading.Event(), threading.Event()

    def learn(now):
        learned.set()
        may_end.wait(60)

    monkeypatch.setattr(jobs, "learn_from_corrections", learn)
    monkeypatch.setattr(jobs, "db_now", lambda: NOW)
    assert jobs.learn_aside() is True
    assert learned.wait(60)
    assert jobs.learn_aside() is False, "one at a time"
    may_end.set()
    assert jobs._learning.acquire(timeout=60)
    jobs._learning.release()
