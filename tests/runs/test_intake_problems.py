"""A refused file is settled once, whoever comes at the same moment; and what came along never passes for typed."""

import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from agentops.core.models import User, UserKind
from runs.intake import close_problem, key_in, take_in, try_again
from runs.leased import keyed_in
from runs.models import IntakeProblem, Run
from runs.services import RunError

KEYED = {
    "document_type": "invoice", "supplier_name": "Nordwind", "invoice_number": "NW-1", "issue_date": "2026-11-03",
    "currency": "EUR", "net_total": "400.00", "gross_total": "476.00",
}  # fmt: skip


@pytest.fixture
def inbox(settings, tmp_path):
    settings.BLOB_DIR = tmp_path
    return User.objects.create_user("inbox@test.example", "Inbox", kind=UserKind.SERVICE)


def refused(inbox, **more) -> IntakeProblem:
    taken = take_in(agent="invoices", data=b"no invoice", name="a.txt", requester=inbox, now=timezone.now(), **more)
    return IntakeProblem.objects.get(pk=taken.problem_id)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_settle_it_at_once_one_does(inbox):
    problem = refused(inbox)
    people = [User.objects.create_user(f"p{number}@test.example", f"P {number}") for number in range(8)]
    told, gate = [], threading.Barrier(8)

    def settle(number):
        about = {"problem_id": problem.pk, "by": people[number], "now": timezone.now()}
        gate.wait()
        try:
            if number % 2:
                key_in(**about, typed=KEYED)
            else:
                close_problem(**about, why="Asked for a PDF")
            told.append("done")
        except RunError as refusal:
            told.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=settle, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["This was dealt with already."] * 7 + ["done"]
    problem.refresh_from_db()
    assert Run.objects.count() == (problem.status == "keyed")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry WHERE stream = 'intake' AND action <> 'intake.refused'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_what_came_with_a_file_never_passes_for_what_a_person_typed(inbox, monkeypatch):
    monkeypatch.setattr("agentops.agents.invoices.workflow.InvoiceAgent.admit", lambda *_: "application/pdf")
    origin = {"mail": "m-1", "keyed": {"iban": "DE00"}, "keyed_by": str(inbox.pk), "document": "f" * 64}
    taken = take_in(agent="invoices", data=b"%PDF", name="a.pdf", requester=inbox, now=timezone.now(), origin=origin)
    given = Run.objects.select_related("given").get(pk=taken.run_id).given.input
    assert given == {"mail": "m-1", "document": taken.document, "name": "a.pdf", "media_type": "application/pdf"}
    assert keyed_in(given) == ()


@pytest.mark.django_db
def test_what_the_requester_typed_is_the_first_thing_the_planner_is_told(inbox):
    taken = take_in(
        agent="invoices", data=b"no invoice", name="a.txt", requester=inbox, now=timezone.now(),
        keyed={"invoice_number": "NW-1"},
    )  # fmt: skip
    given = Run.objects.select_related("given").get(pk=taken.run_id).given.input
    (told,) = keyed_in(given)
    assert (told.fields, told.by) == ({"invoice_number": "NW-1"}, inbox.pk)
    assert not IntakeProblem.objects.exists()


@pytest.mark.django_db
def test_the_same_bytes_again_say_which_run_they_started_and_the_same_request_is_the_same_run(inbox, monkeypatch):
    monkeypatch.setattr("agentops.agents.invoices.workflow.InvoiceAgent.admit", lambda *_: "application/pdf")

    def take(**more):
        return take_in(agent="invoices", data=b"%PDF", name="a.png", requester=inbox, now=timezone.now(), **more)

    first = take(request_key="k")
    assert (first.known, first.duplicate_of, first.notes) == (False, None, ("extension_differs",))
    again = take(request_key="k")
    assert (again.run_id, again.known) == (first.run_id, False)
    second = take()
    assert second.duplicate_of == Run.objects.get(pk=first.run_id).number
    assert second.known


@pytest.mark.django_db
def test_a_retry_looks_at_the_file_itself_and_leaves_a_settled_one_alone(inbox):
    problem = refused(inbox)
    close_problem(problem_id=problem.pk, by=inbox, now=timezone.now(), why="Nothing to do")
    with pytest.raises(RunError, match="already"):
        try_again(problem_id=problem.pk, by=inbox, now=timezone.now())
