"""Files that were refused: who sees them, who may do what, and that nothing a stranger wrote is ever run or shown."""

import pytest
from django.utils import timezone

from agentops.core.audit.models import AuditEntry
from agentops.core.audit.trail import Actor
from agentops.core.permissions import Role
from reviews.services import create_desk, grant_desk
from runs.intake import take_in
from runs.models import IntakeProblem, Run

pytestmark = pytest.mark.django_db
KEYED = {
    "document_type": "invoice", "supplier_name": "Nordwind Logistik GmbH", "invoice_number": "NW-4471",
    "issue_date": "2026-11-03", "currency": "EUR", "net_total": "400,00", "gross_total": "476.00", "tax_total": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BLOB_DIR = tmp_path / "blobs"
    return settings.BLOB_DIR


@pytest.fixture
def desk(db):
    return create_desk(slug="accounts-payable", name="Accounts payable", by=Actor.system("test"), agents=["invoices"])


@pytest.fixture
def at_desk(browse, desk):
    """A reviewer of the desk at a browser."""
    client = browse(Role.REVIEWER)
    grant_desk(to=client.person, desk=desk, by=Actor.system("test"), permissions=("view", "decide"))
    return client


def refused(requester, name="Rechnung \u202efdp.pdf", data=b"<html><script>alert(1)</script>", **more):
    taken = take_in(agent="invoices", data=data, name=name, requester=requester, now=timezone.now(), **more)
    return IntakeProblem.objects.get(pk=taken.problem_id)


def trail():
    return list(AuditEntry.objects.filter(stream="intake").order_by("seq").values_list("action", flat=True))


def test_a_refusal_is_seen_by_its_desk_its_sender_and_those_who_run_the_house(browse, at_desk, service_user):
    mine = browse(Role.VENDOR_MANAGER)
    problem = refused(mine.person)
    from_inbox = refused(service_user, data=b"MZ")
    for client in (at_desk, browse(Role.OPERATOR), browse(Role.AUDITOR)):
        page = client.get("/intake/").text
        assert page.count("Unsupported type") == 2
        assert client.get(f"/intake/{problem.pk}/").status_code == 200
    assert mine.get("/intake/").text.count("Unsupported type") == 1
    assert mine.get(f"/intake/{from_inbox.pk}/").status_code == 404
    stranger = browse(Role.REVIEWER)
    assert "Every file became a run" in stranger.get("/intake/").text
    for way in ("", "original/", "key-in/"):
        assert stranger.get(f"/intake/{problem.pk}/{way}").status_code == 404
    for way in ("retry/", "close/", "key-in/"):
        assert stranger.post(f"/intake/{problem.pk}/{way}", {"why": "x"}).status_code == 404
    assert IntakeProblem.objects.filter(status="open").count() == 2


def test_the_navigation_counts_what_waits_for_this_person(at_desk, browse, service_user):
    def nav(client):
        return " ".join(client.get("/runs/").text.split("</nav>")[0].split())

    assert 'href="/intake/">Intake</a>' in nav(at_desk).replace(" </a>", "</a>")
    refused(service_user)
    assert 'Intake <span class="count"' in nav(at_desk)
    assert 'Intake <span class="count"' in nav(browse(Role.OPERATOR))
    assert 'Intake <span class="count"' not in nav(browse(Role.REVIEWER))
    assert "/intake/" not in nav(browse(Role.USER_ADMIN))


def test_the_original_is_handed_out_to_be_saved_and_never_shown_and_who_took_it_is_kept(at_desk, service_user, browse):
    problem = refused(service_user)
    answer = at_desk.get(f"/intake/{problem.pk}/original/")
    assert answer.content == b"<html><script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert trail() == ["intake.refused", "intake.original_fetched"]
    auditor = browse(Role.AUDITOR)
    assert auditor.get(f"/intake/{problem.pk}/original/").status_code == 403
    assert "original" not in auditor.get(f"/intake/{problem.pk}/").text.lower().split("<main")[1]
    page = at_desk.get(f"/intake/{problem.pk}/").text
    assert "\u202e" not in page
    assert "<script>alert" not in page


def test_a_lost_original_is_said_and_nothing_breaks(at_desk, service_user, folder):
    problem = refused(service_user)
    for file in folder.rglob("*"):
        if file.is_file():
            file.unlink()
    for answer in (
        at_desk.get(f"/intake/{problem.pk}/original/", follow=True),
        at_desk.post(f"/intake/{problem.pk}/retry/", follow=True),
    ):
        assert answer.status_code == 200
        assert "not among the stored files" in answer.text
    assert IntakeProblem.objects.get().status == "open"


def test_a_retry_that_is_refused_again_counts_and_one_that_is_taken_starts_the_run_as_it_was_asked(
    at_desk, service_user, monkeypatch
):
    claimed = {"amount": "12.00", "currency": "EUR"}
    problem = refused(service_user, claimed=claimed, goal="For the fair", origin={"mail": "m-1"})
    assert "Refused again" in at_desk.post(f"/intake/{problem.pk}/retry/", follow=True).text
    problem.refresh_from_db()
    assert (problem.tries, problem.status) == (2, "open")
    monkeypatch.setattr("agentops.agents.invoices.workflow.InvoiceAgent.admit", lambda *_: "application/pdf")
    assert "taken this time" in at_desk.post(f"/intake/{problem.pk}/retry/", follow=True).text
    problem.refresh_from_db()
    run = Run.objects.select_related("given").get()
    assert (problem.status, problem.run, problem.settled_by) == ("retried", run, at_desk.person)
    assert run.requester == service_user
    assert run.given.goal == "For the fair"
    assert run.given.input["claimed"] == claimed
    assert run.given.input["mail"] == "m-1"
    assert "dealt with already" in at_desk.post(f"/intake/{problem.pk}/retry/", follow=True).text
    assert Run.objects.count() == 1
    assert trail() == ["intake.refused", "intake.refused_again", "intake.retried"]


def test_closing_takes_a_reason_and_the_receipt_stays(at_desk, service_user):
    problem = refused(service_user)
    refusal = at_desk.post(f"/intake/{problem.pk}/close/", {"why": "  "})
    assert refusal.status_code == 422
    assert "Say why" in refusal.text
    at_desk.post(f"/intake/{problem.pk}/close/", {"why": "Sender asked for a PDF"})
    problem.refresh_from_db()
    assert (problem.status, problem.why, problem.settled_by) == ("closed", "Sender asked for a PDF", at_desk.person)
    assert "Sender asked for a PDF" in at_desk.get("/intake/?view=settled").text
    assert "Every file became a run" in at_desk.get("/intake/").text
    body = AuditEntry.objects.get(action="intake.closed").body
    assert "Sender" not in body  # what people write is encrypted, beside the trail


def test_what_is_keyed_in_starts_a_run_of_the_one_who_typed_with_the_file_attached(at_desk, service_user):
    problem = refused(service_user, claimed={"amount": "476.00", "currency": "CHF"})
    form = at_desk.get(f"/intake/{problem.pk}/key-in/").text
    assert 'name="invoice_number"' in form
    assert 'value="CHF"' in form
    answer = at_desk.post(f"/intake/{problem.pk}/key-in/", {**KEYED, "requester": "somebody"}, follow=True)
    assert answer.status_code == 200
    run = Run.objects.select_related("given").get()
    assert run.requester == at_desk.person
    given = run.given.input
    assert given["document"] == problem.document == run.given.document
    assert given["keyed"] == {name: value for name, value in KEYED.items() if value} | {"net_total": "400.00"}
    assert given["keyed_by"] == str(at_desk.person.pk)
    problem.refresh_from_db()
    assert (problem.status, problem.run) == ("keyed", run)
    assert trail() == ["intake.refused", "intake.keyed"]
    at_desk.post(f"/intake/{problem.pk}/key-in/", KEYED)
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("invoice_number", "", "value_missing"),
        ("invoice_number", "a\u202eb", "not_text"),
        ("issue_date", "03.04.2026", "not_a_date"),
        ("currency", "EURO", "currency_unknown"),
        ("net_total", "four hundred", "amount_not_a_number"),
        ("gross_total", "1.234", "amount_ambiguous"),
        ("document_type", "love letter", "not_a_choice"),
    ],
)
def test_a_value_that_cannot_be_used_is_said_beside_its_field_and_what_was_typed_stays(
    at_desk, service_user, field, value, code
):
    problem = refused(service_user)
    answer = at_desk.post(f"/intake/{problem.pk}/key-in/", {**KEYED, field: value})
    assert answer.status_code == 422
    assert f'data-code="{code}"' in answer.text
    assert f'id="k-{field}"' in answer.text
    assert "Nordwind Logistik GmbH" in answer.text
    assert not Run.objects.exists()


def test_a_long_list_has_pages(at_desk, service_user):
    first = refused(service_user)
    rows = [
        IntakeProblem(agent="invoices", desk="accounts-payable", name=f"{number}.heic", document=first.document, size=1,
                      requester=service_user, code="unsupported_type", message="Send a PDF.")
        for number in range(60)
    ]  # fmt: skip
    IntakeProblem.objects.bulk_create(rows)
    page = at_desk.get("/intake/")
    assert len(page.context["rows"]) == 50
    assert len(at_desk.get(page.context["more"]).context["rows"]) == 11
    assert at_desk.get("/intake/?after=nonsense").status_code == 200


def test_what_another_desk_was_sent_is_not_shown_to_whoever_works_with_the_same_agent(at_desk, service_user):
    create_desk(slug="payroll", name="Payroll", by=Actor.system("test"), agents=["invoices"])
    theirs, nobodys = refused(service_user, desk="payroll"), refused(service_user, data=b"MZ", desk="not-made")
    assert at_desk.get(f"/intake/{theirs.pk}/").status_code == 404
    assert at_desk.post(f"/intake/{theirs.pk}/close/", {"why": "not mine"}).status_code == 404
    assert at_desk.get(f"/intake/{nobodys.pk}/").status_code == 200


def test_a_file_whose_agent_is_gone_says_so_when_it_is_tried_again(at_desk, service_user):
    problem = refused(service_user)
    IntakeProblem.objects.update(agent="gone")
    answer = at_desk.post(f"/intake/{problem.pk}/retry/", follow=True)
    assert (answer.status_code, "no agent named" in answer.text) == (200, True)


def test_under_a_key_each_desk_has_its_own_receipt_and_a_closed_one_is_not_given_again(at_desk, service_user):
    first = refused(service_user, request_key="one")
    assert refused(service_user, request_key="one") == first
    assert refused(service_user, request_key="two", desk="payroll").desk == "payroll"
    at_desk.post(f"/intake/{first.pk}/close/", {"why": "asked them to send it again"})
    again = refused(service_user, request_key="three")
    assert (again.pk != first.pk, again.status, again.desk) == (True, "open", first.desk)
