"""A mail as evidence of the runs and refusals that came out of it, and as a file that somebody uploads."""

import pytest
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from agentops.core.audit.models import AuditEntry
from agentops.core.audit.trail import Actor
from agentops.core.permissions import Role
from agentops.intake.mail.given import take_mail
from agentops.intake.mail.keeping import Place, keep
from agentops.intake.mail.working import work_through
from agentops.intake.models import Mail, Mailbox, Question
from reviews.models import Desk
from reviews.services import grant_desk
from runs.agents import agents
from runs.intake import replace_file
from runs.models import IntakeProblem, Run
from tests.intake.letters import NOW, PDF, letter, pdf
from tests.intake.reading_room import ReadingRoom

SHEET = ("list.xls", b"no", "application/vnd.ms-excel")
OWN = "invoices@office.test"


@pytest.fixture(autouse=True)
def house(db, settings, tmp_path, monkeypatch):
    """A desk and an agent that takes what begins like a PDF; nobody carries its runs."""
    settings.BLOB_DIR = tmp_path / "blobs"
    monkeypatch.setattr(agents, "_agents", {"reading": ReadingRoom()})
    monkeypatch.setattr("runs.bell.ring", lambda: None)
    Desk.objects.create(slug="reading", name="Reading")


@pytest.fixture
def at_desk(browse):
    """A reviewer of the desk at a browser."""
    client = browse(Role.REVIEWER)
    desk = Desk.objects.get(slug="reading")
    grant_desk(to=client.person, desk=desk, by=Actor.system("test"), permissions=("view", "decide"))
    return client


@pytest.fixture
def arrives(service_user):
    """Puts a mail into the house as the poller does."""

    def come(mail, *, address=OWN, uid=1):
        mailbox, _ = Mailbox.objects.get_or_create(
            name="Invoices", host="mail.office.test", user="invoices", secret="inbox", agent="reading", desk="reading",
            requester=service_user, defaults={"address": address},
        )  # fmt: skip
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        place = Place(mailbox, 1, uid)
        kept = keep(raw, agent="reading", desk="reading", requester=service_user, now=NOW, place=place)
        return work_through(kept, now=NOW)

    return come


def trail():
    return list(AuditEntry.objects.filter(stream="intake").order_by("seq").values_list("action", flat=True))


def ask(client, problem):
    return client.post(reverse("intake:ask", args=[problem.pk]), follow=True)


# --- evidence ---------------------------------------------------------------------------------------


def test_a_run_that_came_by_mail_says_so_and_its_mail_is_quoted_with_everything_in_it(at_desk, browse, arrives):
    mail = arrives(letter(pdf("one.pdf"), SHEET, subject="Invoice \u202efdp.exe"))
    run = Run.objects.get()
    operator = browse(Role.OPERATOR)
    page = operator.get(f"/runs/{run.number}/").text
    assert "Came by mail from" in page
    assert "Sales" in page
    assert "sales@vendor.test" in page
    url = reverse("intake:mail", args=[mail.pk])
    assert f'href="{url}"' in page
    for client in (operator, at_desk, browse(Role.AUDITOR)):
        shown = client.get(url).text
        assert "Please find our invoice attached." in shown
        assert "dkim=pass header.d=vendor.test" in shown
        assert "\u202e" not in shown
        assert "one.pdf" in shown
        assert "list.xls" in shown
        assert reverse("intake:problem", args=[IntakeProblem.objects.get().pk]) in shown
    assert f"/runs/{run.number}/" in operator.get(url).text
    assert f'href="/runs/{run.number}/"' not in at_desk.get(url).text  # named, but a page that would not open


def test_who_sees_neither_the_desk_nor_a_run_nor_a_refusal_of_a_mail_does_not_see_the_mail(browse, arrives):
    mail = arrives(letter(pdf("one.pdf"), SHEET))
    url = reverse("intake:mail", args=[mail.pk])
    for role in (Role.REVIEWER, Role.CONTROLLER, Role.VENDOR_MANAGER, Role.POLICY_ADMIN):
        assert browse(role).get(url).status_code == 404
    person = browse(Role.VENDOR_MANAGER)
    IntakeProblem.objects.update(requester=person.person)
    assert person.get(url).status_code == 200  # their refused file came with it
    assert browse(Role.OPERATOR).get(url).status_code == 200


def test_html_of_a_mail_is_reduced_to_its_words_and_nothing_is_fetched(browse, arrives):
    mail = letter(pdf("one.pdf"))
    html = '<p onclick="x()">Pay at once</p><img src="https://tracker.vendor.test/seen.png">'
    mail.get_body().set_content(html, subtype="html")
    page = browse(Role.OPERATOR).get(reverse("intake:mail", args=[arrives(mail).pk])).text
    assert "Pay at once" in page  # as words
    assert "onclick" not in page
    assert "tracker" not in page


def test_words_that_look_like_markup_are_words(browse, arrives):
    mail = letter(pdf("one.pdf"), subject="<b>Now</b>")
    mail.get_body().set_content("<script>alert(1)</script>\n\n\n\n" + "line\n" * 1000)
    page = browse(Role.OPERATOR).get(reverse("intake:mail", args=[arrives(mail).pk])).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<b>Now" not in page
    assert page.count("line<") < 401
    assert "There is more" in page


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 500, b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 500]
)
def test_a_mail_that_cannot_be_taken_apart_still_has_its_page(browse, arrives, raw):
    mail = arrives(b"From: a@b.test\r\n" + raw)
    page = browse(Role.OPERATOR).get(reverse("intake:mail", args=[mail.pk]))
    assert page.status_code == 200
    assert "a@b.test" in page.text


def test_a_lost_mail_is_said_and_its_headers_stay(browse, arrives, settings):
    mail = arrives(letter(pdf("one.pdf")))
    for file in settings.BLOB_DIR.rglob("*"):
        if file.is_file():
            file.unlink()
    page = browse(Role.OPERATOR).get(reverse("intake:mail", args=[mail.pk])).text
    assert "cannot be read now" in page
    assert "sales@vendor.test" in page


# --- an .eml on the upload page -----------------------------------------------------------------------


def upload(client, raw, name="letter.eml", **more):
    return client.post("/runs/new/", {"files": [SimpleUploadedFile(name, raw)], **more})


def test_a_mail_that_is_uploaded_has_a_line_for_each_file_in_it(browse):
    client = browse(Role.VENDOR_MANAGER)
    logo = ("logo.png", b"%PDF tiny", "image/png")
    page = upload(client, letter(pdf("one.pdf"), SHEET, logo).as_bytes(), name="Letter.EML").text
    run, problem, mail = Run.objects.get(), IntakeProblem.objects.get(), Mail.objects.get()
    assert "1 started, 1 refused, 1 left out" in page
    assert "one.pdf in Letter.EML" in page
    assert f"R-{run.number}" in page
    assert reverse("intake:problem", args=[problem.pk]) in page
    assert "left out: A picture this small" in page
    assert run.requester == problem.requester == mail.requester == client.person
    assert run.given.input["mail"]["subject"] == "Our invoice"
    assert "Came by mail" in client.get(f"/runs/{run.number}/").text
    assert client.get(reverse("intake:mail", args=[mail.pk])).status_code == 200


def test_what_the_uploader_expects_holds_for_each_file_in_the_mail(browse):
    asked = {"vendor": "Nordwind", "gross": "476.00", "currency": "EUR", "goal": "For the fair"}
    upload(browse(Role.OPERATOR), letter(pdf("one.pdf"), SHEET).as_bytes(), **asked)
    run, problem = Run.objects.get(), IntakeProblem.objects.get()
    expected = {"vendor": "Nordwind", "amount": "476.00", "currency": "EUR"}
    assert (run.given.input["claimed"], run.given.goal) == (expected, "For the fair")
    assert (problem.given["claimed"], problem.given["goal"]) == (expected, "For the fair")
    assert problem.given["mail"]["message_id"] == "<1@vendor.test>"
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.update(asked={})


def test_the_same_attachment_in_two_mails_is_known_as_what_started_a_run_before(browse):
    client = browse(Role.OPERATOR)
    upload(client, letter(pdf("one.pdf")).as_bytes())
    page = upload(client, letter(pdf("again.pdf"), number=2).as_bytes()).text
    assert "Same file as" in page
    assert Run.objects.count() == 2


def test_a_mail_of_which_nothing_could_be_made_waits_in_triage_and_says_so(browse):
    client = browse(Role.OPERATOR)
    page = upload(client, letter().as_bytes()).text
    assert "1 in triage" in page
    assert "The mail has no attachment" in page
    assert reverse("intake:mail", args=[Mail.objects.get().pk]) in page
    assert "Deal with it" in client.get(reverse("intake:mail", args=[Mail.objects.get().pk])).text


def test_a_mail_that_is_too_large_is_refused_whole_and_not_cut(browse, monkeypatch):
    monkeypatch.setattr("agentops.web.runs.uploading.LARGEST", 200)
    page = upload(browse(Role.OPERATOR), letter(pdf("one.pdf")).as_bytes()).text
    assert "1 refused" in page
    assert not Mail.objects.exists()
    assert IntakeProblem.objects.get().name == "letter.eml"


# --- asking the sender ----------------------------------------------------------------------------------


def test_the_sender_is_asked_once_in_our_words_from_the_mailbox(at_desk, arrives):
    arrives(letter(SHEET, subject="Secret words"))
    problem = IntakeProblem.objects.get()
    assert "Ask sender" in at_desk.get("/intake/").text
    page = at_desk.get(f"/intake/{problem.pk}/").text
    assert "sales@vendor.test" in page
    assert "Please send it again as PDF" in page
    assert outbox.outbox == []
    assert "The sender was asked" in ask(at_desk, problem).text
    (sent,) = outbox.outbox
    assert (sent.to, sent.from_email) == (["sales@vendor.test"], OWN)
    assert sent.extra_headers["In-Reply-To"] == "<1@vendor.test>"
    assert sent.extra_headers["Auto-Submitted"] == "auto-replied"
    written = sent.message().as_string()
    assert "Secret words" not in written
    assert "list.xls" not in written
    question = Question.objects.get()
    assert (question.problem, question.asked_by) == (problem, at_desk.person)
    problem.refresh_from_db()
    assert problem.status == "open"
    assert trail() == ["intake.refused", "intake.sender_asked"]
    assert "asked already" in ask(at_desk, problem).text
    assert len(outbox.outbox) == 1
    assert "Sender asked" in at_desk.get("/intake/").text


@pytest.mark.parametrize(
    ("mail", "address", "why"),
    [
        (letter(SHEET, sender="no-reply@vendor.test"), OWN, "Nobody can be seen behind this mail"),
        (letter(SHEET, sender=OWN), OWN, "Nobody can be seen behind this mail"),
        (letter(SHEET), "", "no address to send from"),
    ],
)
def test_nobody_is_asked_where_nobody_is_to_be_seen_or_nothing_can_be_sent(at_desk, arrives, mail, address, why):
    arrives(mail, address=address)
    problem = IntakeProblem.objects.get()
    assert why in at_desk.get(f"/intake/{problem.pk}/").text
    assert why in ask(at_desk, problem).text
    assert outbox.outbox == []
    assert not Question.objects.exists()


def test_a_file_that_did_not_come_by_mail_or_came_in_one_that_was_given_has_nobody_to_ask(at_desk, service_user):
    uploaded = letter(SHEET).as_bytes()
    take_mail(uploaded, agent="reading", desk="reading", requester=service_user, now=NOW)
    problem = IntakeProblem.objects.get()
    assert "given as a file" in ask(at_desk, problem).text
    upload(at_desk, b"no", name="a.txt")
    other = IntakeProblem.objects.exclude(pk=problem.pk).get()
    assert "Ask the sender" not in at_desk.get(f"/intake/{other.pk}/").text
    assert "did not come by mail" in ask(at_desk, other).text
    assert not Question.objects.exists()


def test_a_mail_server_that_is_away_costs_no_question(at_desk, arrives, monkeypatch):
    arrives(letter(SHEET))
    problem = IntakeProblem.objects.get()

    def away(self):
        raise ConnectionRefusedError(111, "refused")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.open", away)
        assert "nothing was sent" in ask(at_desk, problem).text
    assert not Question.objects.exists()
    assert "The sender was asked" in ask(at_desk, problem).text


def test_a_question_whose_end_nobody_knows_is_not_sent_again(at_desk, arrives, monkeypatch):
    arrives(letter(SHEET))
    problem = IntakeProblem.objects.get()

    def breaks(self, messages):
        raise ConnectionResetError(104, "reset")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", breaks)
        assert "may not have been sent" in ask(at_desk, problem).text
    assert "asked already" in ask(at_desk, problem).text
    assert outbox.outbox == []
    assert trail().count("intake.sender_asked") == 1


# --- another file in its place -----------------------------------------------------------------------------


def replace(client, problem, data, name="right.pdf"):
    url = reverse("intake:replace", args=[problem.pk])
    return client.post(url, {"file": SimpleUploadedFile(name, data)} if data is not None else {}, follow=True)


def test_the_right_file_takes_the_place_of_the_refused_one_and_both_know_it(at_desk, arrives, service_user):
    mail = arrives(letter(SHEET))
    problem = IntakeProblem.objects.get()
    assert "taken in its place" in replace(at_desk, problem, PDF).text
    problem.refresh_from_db()
    run = Run.objects.get()
    assert (problem.status, problem.run, problem.settled_by) == ("replaced", run, at_desk.person)
    assert run.requester == at_desk.person
    assert run.given.subject == "right.pdf"
    assert run.given.document != problem.document
    assert run.given.input["replaces"]["document"] == problem.document
    assert run.given.input["mail"]["message_id"] == "<1@vendor.test>"
    assert trail() == ["intake.refused", "intake.replaced"]
    assert f"/runs/{run.number}/" in at_desk.get(f"/intake/{problem.pk}/").text
    assert "Replaced" in at_desk.get(reverse("intake:mail", args=[mail.pk])).text
    assert "Came by mail" in at_desk.get(f"/runs/{run.number}/").text
    assert "dealt with already" in replace(at_desk, problem, PDF + b"2").text
    assert Run.objects.count() == 1


def test_a_replacement_that_is_refused_as_well_has_its_own_receipt_and_nothing_is_lost(at_desk, service_user, arrives):
    arrives(letter(SHEET))
    first = IntakeProblem.objects.get()
    assert "refused as well" in replace(at_desk, first, b"neither", name="wrong.txt").text
    first.refresh_from_db()
    second = first.replaced_by
    assert (first.status, first.run) == ("replaced", None)
    assert (second.status, second.requester, second.name) == ("open", at_desk.person, "wrong.txt")
    assert second.given["mail"]["message_id"] == "<1@vendor.test>"
    page = at_desk.get(f"/intake/{second.pk}/").text
    assert f"/intake/{first.pk}/" in page
    assert "sales@vendor.test" in page  # the sender of the first can be asked about the second
    replace_file(problem_id=second.pk, data=PDF, name="right.pdf", by=service_user, now=NOW)
    second.refresh_from_db()
    assert second.run == Run.objects.get()
    assert trail() == ["intake.refused", "intake.refused", "intake.replaced", "intake.replaced"]


def test_the_refused_file_itself_is_no_replacement_and_neither_is_none(at_desk, arrives):
    arrives(letter(SHEET))
    problem = IntakeProblem.objects.get()
    for data, why in ((b"no", "This is the file that was refused"), (None, "Choose the file")):
        answer = replace(at_desk, problem, data)
        assert answer.status_code == 422
        assert why in answer.text
    problem.refresh_from_db()
    assert (problem.status, IntakeProblem.objects.count(), trail()) == ("open", 1, ["intake.refused"])


def test_a_replaced_problem_names_what_came_instead_whoever_writes_it(arrives):
    arrives(letter(SHEET))
    with pytest.raises(IntegrityError, match="names_what_came_instead"), transaction.atomic():
        IntakeProblem.objects.update(status="replaced")
