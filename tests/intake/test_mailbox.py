"""A mailbox on a real IMAP server: what comes in starts runs, once, and what is no document goes to people."""

import pytest
from django.db import IntegrityError, transaction

from agentops.core import blobs
from agentops.core.audit.verify import verify
from agentops.intake import services
from agentops.intake.lifecycle import MailStatus
from agentops.intake.mail import caps
from agentops.intake.mail.keeping import keep
from agentops.intake.mail.server import NotHandedOver, Server
from agentops.intake.mail.working import work_through
from agentops.intake.models import Arrival, Mail, Mailbox
from agentops.intake.part import look_into_mailbox
from runs.models import IntakeProblem, Run
from tests.intake.letters import NOW, PDF, letter, pdf, trail

LOGO = ("logo.png", b"\x89PNG tiny", "image/png")
PHOTO = ("photo.jpg", b"\xff\xd8\xff" + b"x" * 200_000, "image/jpeg")


def look(mailbox):
    """One look, as the part takes it; the mailbox as it is then."""
    look_into_mailbox(mailbox.pk)
    return Mailbox.objects.get(pk=mailbox.pk)


def test_each_pdf_of_a_mail_becomes_a_run_with_the_mail_as_its_evidence(mailbox, post, inbox_user):
    raw = post.deliver(letter(pdf("one.pdf", PDF + b"1"), pdf("two.pdf", PDF + b"2"), LOGO))
    after = look(mailbox)
    assert (after.error, after.failures) == ("", 0)
    assert after.fine_at is not None
    assert [run.given.subject for run in Run.objects.order_by("number")] == ["one.pdf", "two.pdf"]
    run = Run.objects.order_by("number").first()
    assert run.requester == inbox_user
    said = run.given.input["mail"]
    assert said["from"] == "Sales <sales@vendor.test>"
    assert said["subject"] == "Our invoice"
    assert said["message_id"] == "<1@vendor.test>"
    assert said["authentication_results"] == ["mx.office.test; dkim=pass header.d=vendor.test"]
    assert blobs.read(said["document"]) == raw
    assert [(one.disposition, one.code) for one in Arrival.objects.order_by("ordinal")] == [
        ("run", ""), ("run", ""), ("ignored", "tiny_image"),
    ]  # fmt: skip
    assert Mail.objects.get().status == MailStatus.DONE
    assert (post.count("INBOX"), post.count("Processed")) == (0, 1)
    assert trail() == ["mail.received", "mail.done"]
    assert verify().ok


def test_the_same_mail_again_starts_nothing(mailbox, post):
    raw = post.deliver(letter(pdf("one.pdf")))
    look(mailbox)
    post.deliver(raw)
    assert look(mailbox).error == ""
    assert Run.objects.count() == 1
    assert sorted(Mail.objects.values_list("status", flat=True)) == ["done", "twin"]
    assert (post.count("INBOX"), post.count("Processed")) == (0, 2)


def test_a_copy_that_came_another_way_starts_nothing_but_another_attachment_does(mailbox, post):
    first = letter(pdf("one.pdf"))
    post.deliver(first)
    look(mailbox)
    post.deliver(b"Received: from elsewhere\r\n" + first.as_bytes())
    post.deliver(letter(pdf("one.pdf", PDF + b" corrected")))  # the same Message-ID, which anybody may write
    look(mailbox)
    assert Run.objects.count() == 2
    assert list(Arrival.objects.order_by("at", "id").values_list("disposition", flat=True)) == ["run", "known", "run"]


def test_a_mail_that_somebody_read_is_taken_all_the_same(mailbox, post):
    post.deliver(letter(pdf("one.pdf")))
    post._client.select("INBOX")
    post._client.store("1", "+FLAGS", r"(\Seen)")
    look(mailbox)
    assert Run.objects.count() == 1


def test_what_the_agent_refuses_leaves_its_receipt_at_the_desk_of_the_mailbox(mailbox, post):
    post.deliver(letter(("list.xls", b"not a pdf", "application/vnd.ms-excel")))
    look(mailbox)
    problem = IntakeProblem.objects.get()
    assert (problem.code, problem.desk, problem.name) == ("unsupported_type", "reading", "list.xls")
    assert problem.given["mail"]["subject"] == "Our invoice"
    assert Mail.objects.get().status == MailStatus.DONE
    assert blobs.read(problem.document) == b"not a pdf"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (("all.zip", b"PK\x03\x04 packed", "application/zip"), "archive"),
        (("all", b"PK\x03\x04 packed", "application/octet-stream"), "archive"),
        (("winmail.dat", b"\x78\x9f\x3e\x22", "application/ms-tnef"), "archive"),
        (("smime.p7m", b"\x30\x80", "application/pkcs7-mime"), "encrypted_mail"),
    ],
)
def test_what_is_never_opened_is_refused_with_a_clear_code(mailbox, post, file, code):
    post.deliver(letter(file))
    look(mailbox)
    assert IntakeProblem.objects.get().code == code
    assert not Run.objects.exists()


def test_a_mail_inside_a_mail_is_refused_and_not_opened(mailbox, post):
    outer = letter()
    outer.add_attachment(letter(pdf("inner.pdf"), number=2))
    post.deliver(outer)
    look(mailbox)
    assert IntakeProblem.objects.get().code == "nested_mail"
    assert not Run.objects.exists()


def test_a_mail_without_an_attachment_goes_to_triage(mailbox, post):
    post.deliver(letter())
    look(mailbox)
    mail = Mail.objects.get()
    assert (mail.status, mail.code) == ("triage", "no_attachment")
    assert trail() == ["mail.received", "mail.triage"]
    assert post.count("Processed") == 1


def test_a_mail_with_nothing_but_a_logo_goes_to_triage_and_a_photograph_does_not(mailbox, post):
    post.deliver(letter(LOGO))
    post.deliver(letter(PHOTO, number=2))
    look(mailbox)
    assert sorted(Mail.objects.values_list("status", "code")) == [("done", ""), ("triage", "no_document")]
    assert IntakeProblem.objects.get().name == "photo.jpg"  # offered, and refused by an agent that reads no pictures


def test_a_mailbox_without_an_agent_sends_everything_to_triage(mailbox, post):
    Mailbox.objects.update(agent="")
    post.deliver(letter(pdf("one.pdf")))
    look(mailbox)
    assert Mail.objects.get().code == "no_mapping"
    assert not Run.objects.exists()


HOSTILE = {
    "mail_header_too_large": b"Subject: " + b"x" * 300_000 + b"\r\n\r\nhello",
    "mail_too_many_parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n" * 1_000,
}


@pytest.mark.parametrize("code", sorted(HOSTILE))
def test_a_hostile_mail_goes_to_triage_and_the_next_one_is_taken(mailbox, post, code):
    post.deliver(HOSTILE[code])
    post.deliver(letter(pdf("one.pdf")))
    assert look(mailbox).error == ""
    assert set(Mail.objects.values_list("status", "code")) == {("triage", code), ("done", "")}
    assert Run.objects.count() == 1


def test_a_mail_that_is_too_large_is_not_fetched_and_says_where_it_is(mailbox, post, monkeypatch):
    monkeypatch.setattr(caps, "MAIL_BYTES", 5_000)
    post.deliver(letter(pdf("one.pdf", PDF + b"x" * 9_000)))
    look(mailbox)
    mail = Mail.objects.get()
    assert (mail.status, mail.code, mail.subject) == ("triage", "mail_too_large", "Our invoice")
    assert mail.size > 9_000
    assert len(blobs.read(mail.document)) < 1_000
    assert post.count("Processed") == 1


def test_a_name_with_a_path_is_a_name_and_nonsense_charsets_are_shown_as_they_are(mailbox, post):
    post.deliver(
        b"From: =?nonsense-9?B?/////w==?= <A@Vendor.test>\r\nSubject: =?utf-8?q?=ff=1b=5bRed?= \xff\r\n"
        b"Content-Type: multipart/mixed; boundary=b; charset=\xff\xfe\r\n\r\n"
        b'--b\r\nContent-Type: application/pdf; name="../../x"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        b"JVBERi0xLjQ=\r\n--b--\r\n"
    )
    look(mailbox)
    assert Run.objects.get().given.input["name"] == "x"
    mail = Mail.objects.get()
    assert mail.subject.isprintable()
    assert "\x1b" not in mail.sender + mail.subject


def test_a_mail_without_its_boundary_leaves_a_receipt(mailbox, post):
    post.deliver(b"Subject: broken\r\nContent-Type: multipart/mixed\r\n\r\n--x\r\n\r\nhello\r\n")
    look(mailbox)
    assert IntakeProblem.objects.get().code == "broken_part"


def test_the_sender_asks_only_where_the_house_trusts_the_header(mailbox, post, operator, inbox_user, settings):
    post.deliver(letter(pdf("one.pdf"), sender=operator.email))
    look(mailbox)
    assert Run.objects.get().requester == inbox_user
    settings.MAIL_TRUST_FROM = True
    post.deliver(letter(pdf("two.pdf", PDF + b"2"), sender=operator.email, number=2))
    post.deliver(letter(pdf("three.pdf", PDF + b"3"), sender="stranger@vendor.test", number=3))
    look(mailbox)
    assert list(Run.objects.order_by("number").values_list("requester", flat=True)) == [
        inbox_user.pk, operator.pk, inbox_user.pk,
    ]  # fmt: skip


def test_where_mails_cannot_be_moved_they_are_taken_once_and_the_page_says_so(mailbox, post, monkeypatch):
    monkeypatch.setattr("agentops.intake.mail.server.Server._moved", lambda self, every, folder: False)
    post.deliver(letter(pdf("one.pdf")))
    look(mailbox)
    after = look(mailbox)
    assert Run.objects.count() == Mail.objects.count() == 1
    assert "cannot be moved to the folder Processed" in after.error
    assert after.failures == 0


def test_on_a_server_that_cannot_move_only_our_own_mail_is_removed(mailbox, post, monkeypatch):
    monkeypatch.setattr("agentops.intake.mail.server.Server._capabilities", lambda self: {"IMAP4REV1", "UIDPLUS"})
    post.deliver(letter(pdf("one.pdf")))
    post.deliver(letter(number=9, subject="deleted by somebody"))
    post._client.select("INBOX")
    post._client.store("2", "+FLAGS", r"(\Deleted)")
    look(mailbox)
    assert Run.objects.count() == 1
    assert Mail.objects.count() == 1
    assert post.count("INBOX") == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"port": 1}, "nothing listens there"),
        ({"user": "nobody"}, "refuses to sign nobody in"),
        ({"secret": "missing"}, "AGENTOPS_SECRETS_DIR"),
        ({"folder": "Nowhere"}, "no folder Nowhere"),
        ({"host": "mail.elsewhere.test"}, "AGENTOPS_MAIL_HOSTS"),
        ({"tls": "tls"}, "does not speak TLS"),
    ],
)
def test_a_mailbox_that_cannot_be_read_says_why_and_waits_longer_each_time(mailbox, post, change, said):
    Mailbox.objects.update(**change)
    before = Mailbox.objects.get().due_at
    after = look(mailbox)
    assert said in after.error
    assert (after.failures, after.fine_at) == (1, None)
    assert after.due_at > before
    assert look(mailbox).failures == 2


def test_a_mailbox_with_mails_stays_the_same_account(mailbox, post, operator):
    """Another server may number its mails alike: they would be taken for those that are here."""
    post.deliver(letter(pdf("one.pdf")))
    look(mailbox)
    with pytest.raises(services.WayError, match="open a new one"):
        services.edit(Mailbox, mailbox.pk, {"host": "localhost"}, by=operator, now=NOW)
    with pytest.raises(IntegrityError, match="stays the same"), transaction.atomic():
        Mailbox.objects.update(user="somebody-else")
    services.edit(Mailbox, mailbox.pk, {"every_seconds": 120}, by=operator, now=NOW)
    assert Mailbox.objects.get().every_seconds == 120


def test_a_requester_who_is_blocked_starts_nothing(mailbox, post, inbox_user):
    inbox_user.is_active = False
    inbox_user.save()
    post.deliver(letter(pdf("one.pdf")))
    assert "no longer active" in look(mailbox).error
    assert post.count("INBOX") == 1


def test_a_zero_byte_in_what_the_sender_calls_a_part_holds_nothing_up(mailbox, post):
    raw = letter(pdf("one.pdf")).as_bytes().replace(b"application/pdf", b"application/p\x00df")
    mail = keep(raw, agent="reading", desk="reading", requester=mailbox.requester, now=NOW)
    assert work_through(mail, now=NOW).status == MailStatus.DONE
    assert (Run.objects.count(), "\x00" in Arrival.objects.get().media_type) == (1, False)


def test_one_mail_that_the_server_cannot_read_holds_up_none_of_the_others(mailbox, post, monkeypatch):
    for number in (b"1", b"2"):
        post.deliver(letter(pdf("one.pdf", PDF + number)).as_bytes() + number)
    size, asked = Server.size, []

    def refuses(server, uid):
        asked.append(uid)
        if uid == asked[0]:
            raise NotHandedOver("The mail server did not hand over a mail")
        return size(server, uid)

    monkeypatch.setattr(Server, "size", refuses)
    after = look(mailbox)
    assert ("did not hand over" in after.error, after.failures) == (True, 0)
    assert Run.objects.count() == 1
    assert (post.count("INBOX"), post.count("Processed")) == (1, 1)
