"""The pages of the ways in: what each role sees and changes, and mails of strangers shown as data."""

import pytest
from django.urls import reverse

from agentops.core.audit.models import AuditEntry
from agentops.core.permissions import Role
from agentops.intake.mail.given import take_mail
from agentops.intake.models import Mailbox, Schedule, Watch
from reviews.models import Desk
from runs.agents import agents
from tests.intake.letters import NOW, PDF, letter, pdf
from tests.intake.reading_room import ReadingRoom


@pytest.fixture(autouse=True)
def house(db, settings, tmp_path, monkeypatch):
    """An agent, a desk, a mail server that may be talked to, and a secret for it."""
    settings.BLOB_DIR, settings.SECRETS_DIR = tmp_path / "blobs", tmp_path / "secrets"
    settings.MAIL_HOSTS = ["mail.office.test"]
    settings.SECRETS_DIR.mkdir()
    (settings.SECRETS_DIR / "inbox").write_text("very secret word")
    monkeypatch.setitem(agents._agents, "reading", ReadingRoom())
    monkeypatch.setattr("runs.bell.ring", lambda: None)
    Desk.objects.create(slug="reading", name="Reading")


@pytest.fixture
def requester(service_user):
    from django.contrib.auth.models import Group

    service_user.groups.set(Group.objects.filter(name="service"))
    return service_user


@pytest.fixture
def box(requester):
    """What somebody types for a mailbox."""
    return {
        "name": "Invoices", "host": "mail.office.test", "port": "993", "tls": "tls", "user": "invoices",
        "secret": "inbox", "folder": "INBOX", "done_folder": "Processed", "agent": "reading", "desk": "reading",
        "requester": str(requester.pk), "every_seconds": "60", "address": "",
    }  # fmt: skip


def actions():
    return list(AuditEntry.objects.filter(stream="ways").order_by("seq").values_list("action", flat=True))


def test_an_operator_opens_changes_pauses_and_resumes_a_mailbox(browse, box):
    client = browse(Role.OPERATOR)
    assert "New mailbox" in client.get("/ways/").text
    assert 'name="host"' in client.get("/ways/mailbox/new/").text
    made = client.post("/ways/mailbox/new/", box, follow=True)
    assert "open from now on" in made.text
    mailbox = Mailbox.objects.get()
    page = f"/ways/mailbox/{mailbox.pk}/"
    assert "Not looked at yet" in client.get(page).text
    client.post(page, box | {"every_seconds": "300"})
    client.post(f"{page}switch/", {"do": "pause", "why": "the server moves"})
    shown = client.get(page).text
    assert "the server moves" in shown
    assert "Resume" in shown
    client.post(f"{page}switch/", {"do": "resume"})
    client.post(f"{page}switch/", {"do": "look"})
    mailbox.refresh_from_db()
    assert (mailbox.active, mailbox.every_seconds) == (True, 300)
    assert actions() == [
        "mailbox.added", "mailbox.changed", "mailbox.paused", "mailbox.resumed", "mailbox.look_asked",
    ]  # fmt: skip


def test_no_page_and_no_audit_entry_holds_the_password(browse, box):
    client = browse(Role.OPERATOR)
    client.post("/ways/mailbox/new/", box)
    page = client.get(f"/ways/mailbox/{Mailbox.objects.get().pk}/").text
    assert "very secret word" not in page
    assert all("invoices" not in str(entry.body) for entry in AuditEntry.objects.filter(stream="ways"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"host": "mail.elsewhere.test"}, "not one of the available choices"),
        ({"secret": "../../keys/secret_key"}, "not one of the available choices"),
        ({"tls": "none"}, "Without TLS"),
        ({"done_folder": "inbox"}, "moves to another folder"),
        ({"acknowledge": "on"}, "needs a sender"),
        ({"every_seconds": "1"}, "greater than or equal to 10"),
        ({"name": ""}, "required"),
    ],
)
def test_what_cannot_be_comes_back_with_a_sentence(browse, box, change, said):
    answer = browse(Role.POLICY_ADMIN).post("/ways/mailbox/new/", box | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert not Mailbox.objects.exists()


def test_a_mailbox_that_fails_says_so_in_the_list(browse, box):
    client = browse(Role.OPERATOR)
    client.post("/ways/mailbox/new/", box)
    Mailbox.objects.update(failures=3, error="mail.office.test:993 does not answer in time.", looked_at=NOW)
    page = browse(Role.AUDITOR).get("/ways/").text
    assert "Failing, 3 in a row" in page
    assert "does not answer in time" in page
    assert "New mailbox" not in page
    assert "mailboxes and folders that cannot be looked at: 1" in browse(Role.AUDITOR).get("/readyz").text


def test_an_auditor_reads_and_changes_nothing(browse, box):
    browse(Role.OPERATOR).post("/ways/mailbox/new/", box)
    auditor, page = browse(Role.AUDITOR), f"/ways/mailbox/{Mailbox.objects.get().pk}/"
    assert auditor.get(page).status_code == 200
    assert 'name="host"' not in auditor.get(page).text
    assert auditor.post(page, box).status_code == 403


def test_a_schedule_shows_its_next_times_and_whose_it_is(browse):
    client = browse(Role.OPERATOR)
    given = {"name": "Nightly", "agent": "reading", "cron": "30 2 * * *", "time_zone": "Europe/Berlin"}
    more = {"goal": "Look.", "given": '{"month": "last"}', "catch_up": "last"}
    page = client.post("/ways/schedule/new/", given | more, follow=True).text
    schedule = Schedule.objects.get()
    assert (schedule.owner, schedule.given) == (client.person, {"month": "last"})
    assert client.person.name in page
    assert "02:30:00" in page
    answer = client.post("/ways/schedule/new/", given | more | {"name": "Other", "cron": "at noon"})
    assert "is no cron expression" in answer.text
    assert client.post("/ways/schedule/new/", given | more | {"given": "[1]"}).status_code == 422
    assert Schedule.objects.count() == 1


def test_a_folder_is_watched_below_the_root_only(browse, requester):
    client = browse(Role.OPERATOR)
    given = {"name": "In", "path": "suppliers", "agent": "reading", "desk": "reading", "requester": str(requester.pk)}
    more = {"settle_seconds": "5", "every_seconds": "10"}
    assert client.post("/ways/folder/new/", given | more | {"path": "../etc"}).status_code == 422
    client.post("/ways/folder/new/", given | more)
    assert Watch.objects.get().path == "suppliers"
    again = client.post("/ways/folder/new/", given | more | {"path": "other"})
    assert "already exists" in again.text


@pytest.mark.parametrize("path", ["/ways/nothing/new/", "/ways/mailbox/00000000-0000-7000-8000-000000000000/"])
def test_what_is_not_there_is_not_found(browse, path):
    assert browse(Role.OPERATOR).get(path).status_code == 404


@pytest.fixture
def hostile(requester):
    """A mail whose headers try to be more than text."""
    mail = letter(subject="<script>alert(1)</script> \u202eexe.fdp", sender="evil@vendor.test")
    return take_mail(mail.as_bytes(), agent="reading", desk="reading", requester=requester, now=NOW)


def test_a_mail_in_triage_is_shown_as_data_and_assigned(browse, hostile):
    client = browse(Role.OPERATOR)
    assert "The mail has no attachment." in client.get("/ways/triage/").text
    page = client.get(f"/ways/mails/{hostile.pk}/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "Anybody can write anything into these lines" in page
    answer = client.post(
        f"/ways/mails/{hostile.pk}/settle/", {"do": "assign", "agent": "reading", "desk": "reading"}, follow=True
    )
    assert "what became of each file" in answer.text
    assert actions() == ["mail.received", "mail.triage", "mail.assigned", "mail.done"]


def test_the_original_is_a_download_the_browser_never_shows(browse, hostile):
    answer = browse(Role.AUDITOR).get(f"/ways/mails/{hostile.pk}/original/")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Cache-Control"] == "no-store"
    assert b"evil@vendor.test" in answer.content
    assert actions()[-1] == "mail.original_fetched"


def test_a_storage_that_is_away_is_said_and_the_mail_stays_to_be_worked_through(browse, hostile, monkeypatch):
    def away(sha256):
        raise OSError("The storage of files does not answer.")

    monkeypatch.setattr("agentops.core.blobs.read", away)
    client, here = browse(Role.OPERATOR), f"/ways/mails/{hostile.pk}"
    assert "does not answer" in client.get(f"{here}/original/", follow=True).text
    asked = {"do": "assign", "agent": "reading", "desk": "reading"}
    assert "tried again by itself" in client.post(f"{here}/settle/", asked, follow=True).text
    hostile.refresh_from_db()
    assert hostile.status == "stored"


def test_a_reviewer_of_another_desk_does_not_see_the_mail(browse, hostile):
    client = browse(Role.REVIEWER)
    assert "Nothing waits" in client.get("/ways/triage/").text
    for path in ("", "original/"):
        assert client.get(f"/ways/mails/{hostile.pk}/{path}").status_code == 404
    assert client.post(f"/ways/mails/{hostile.pk}/settle/", {"do": "close", "why": "spam"}).status_code == 404


def test_closing_without_a_reason_is_refused(browse, hostile):
    answer = browse(Role.OPERATOR).post(f"/ways/mails/{hostile.pk}/settle/", {"do": "close"}, follow=True)
    assert "Say why" in answer.text
    hostile.refresh_from_db()
    assert hostile.status == "triage"


def test_a_mail_links_to_the_runs_that_came_out_of_it(browse, requester):
    raw = letter(pdf("one.pdf", PDF)).as_bytes()
    mail = take_mail(raw, agent="reading", desk="reading", requester=requester, now=NOW)
    run = mail.arrivals.get().run
    assert reverse("runs:detail", args=[run.number]) in browse(Role.OPERATOR).get(f"/ways/mails/{mail.pk}/").text
