"""Mails that fit no way wait for people: seen at their desk, assigned or closed, once, and recorded."""

import pytest
from django.db import IntegrityError, connection, transaction

from agentops.core.permissions import Role
from agentops.core.protection import immutable_sql
from agentops.core.transitions import guard_sql
from agentops.intake import services
from agentops.intake.lifecycle import MAIL
from agentops.intake.mail.given import take_mail
from agentops.intake.models import Acknowledgement, Arrival, Firing, Mail, Mailbox
from agentops.intake.services import TriageError
from reviews.models import Desk
from runs.models import IntakeProblem, Run
from tests.intake.letters import NOW, PDF, letter, pdf, trail

LOGO = ("logo.png", b"%PDF tiny", "image/png")


@pytest.fixture
def lost(inbox_user):
    """A mail that nobody set an agent for."""
    return take_mail(letter(pdf("one.pdf")).as_bytes(), agent="", desk="", requester=inbox_user, now=NOW)


def test_an_operator_gives_a_mail_to_an_agent_and_its_files_are_taken(lost, operator, inbox_user):
    after = services.assign(mail_id=lost.pk, agent="reading", desk="reading", by=operator, now=NOW)
    assert (after.status, after.assigned) == ("done", True)
    run = Run.objects.get()
    assert (run.requester, run.given.subject) == (inbox_user, "one.pdf")
    assert trail() == ["mail.received", "mail.triage", "mail.assigned", "mail.done"]


def test_an_assigned_mail_offers_the_small_pictures_too(inbox_user, operator):
    mail = take_mail(letter(LOGO).as_bytes(), agent="reading", desk="reading", requester=inbox_user, now=NOW)
    assert (mail.status, mail.code) == ("triage", "no_document")
    services.assign(mail_id=mail.pk, agent="reading", desk="reading", by=operator, now=NOW)
    assert Run.objects.get().given.subject == "logo.png"


def test_a_mail_without_a_file_is_offered_itself_and_its_refusal_is_a_receipt(inbox_user, operator):
    mail = take_mail(letter().as_bytes(), agent="reading", desk="reading", requester=inbox_user, now=NOW)
    after = services.assign(mail_id=mail.pk, agent="reading", desk="reading", by=operator, now=NOW)
    assert after.status == "done"
    assert IntakeProblem.objects.get().name == "Our invoice.eml"


def test_closing_takes_a_reason_and_the_mail_stays(lost, operator):
    with pytest.raises(TriageError, match="Say why"):
        services.close(mail_id=lost.pk, by=operator, why=" ")
    services.close(mail_id=lost.pk, by=operator, why="advertising")
    assert Mail.objects.get().status == "closed"
    with pytest.raises(TriageError, match="dealt with this mail already"):
        services.assign(mail_id=lost.pk, agent="reading", desk="reading", by=operator, now=NOW)
    assert trail()[-1] == "mail.closed"


def test_a_reviewer_deals_with_mails_of_their_own_desk_only(lost, person):
    with pytest.raises(TriageError, match="not at a desk of yours"):
        services.close(mail_id=lost.pk, by=person(Role.REVIEWER), why="advertising")
    with pytest.raises(TriageError, match="not at a desk of yours"):
        services.close(mail_id=lost.pk, by=person(Role.AUDITOR), why="advertising")


@pytest.mark.parametrize(("agent", "desk"), [("nobody", "reading"), ("reading", "nowhere"), ("", "")])
def test_a_mail_is_assigned_to_an_agent_and_a_desk_that_exist(lost, operator, agent, desk):
    with pytest.raises(TriageError, match="Choose one"):
        services.assign(mail_id=lost.pk, agent=agent, desk=desk, by=operator, now=NOW)
    assert Mail.objects.get().status == "triage"


def test_the_database_refuses_other_moves_and_changes_of_what_happened(lost, operator):
    services.assign(mail_id=lost.pk, agent="reading", desk="reading", by=operator, now=NOW)
    with pytest.raises(IntegrityError, match="done cannot become triage"), transaction.atomic():
        Mail.objects.update(status="triage", code="x")
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Mail.objects.update(sender="boss@office.test")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Arrival.objects.update(name="other")


def test_the_database_wants_a_service_user_behind_what_comes_in_by_itself(office, operator):
    values = {"host": "h", "user": "u", "secret": "s", "desk": "reading"}
    with pytest.raises(IntegrityError, match="service user"), transaction.atomic():
        Mailbox.objects.create(name="X", requester=operator, **values)


def test_the_triggers_are_those_the_code_tells(db):
    """The migration holds their SQL literally."""
    from importlib import import_module

    guards = import_module("agentops.intake.migrations.0002_guards")
    assert guard_sql("intake_mail", "status", MAIL) == (guards.MOVES, guards.MOVES_BACK.lstrip("\n"))
    for model in (Arrival, Firing, Acknowledgement):
        assert immutable_sql(model._meta.db_table)[0].strip() in guards.NEVER_CHANGE
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'intake_%%'")
        assert cursor.fetchone()[0] >= 9


def test_the_same_content_in_two_files_of_one_mail_is_one_run(inbox_user):
    raw = letter(pdf("one.pdf"), pdf("copy.pdf")).as_bytes()
    mail = take_mail(raw, agent="reading", desk="reading", requester=inbox_user, now=NOW)
    assert Run.objects.count() == 1
    assert list(mail.arrivals.order_by("ordinal").values_list("disposition", flat=True)) == ["run", "known"]


def test_a_mail_as_a_file_asks_for_whoever_gives_it(operator, settings, inbox_user):
    settings.MAIL_TRUST_FROM = True
    raw = letter(pdf("one.pdf", PDF), sender=operator.email).as_bytes()
    assert take_mail(raw, agent="reading", desk="reading", requester=inbox_user, now=NOW).requester == inbox_user
    assert Desk.objects.filter(slug="reading").exists()
