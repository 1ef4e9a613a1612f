"""Somebody who plays foul with the pages: no answer of ours is an error page of the server, and nothing happens."""

import json

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from agentops.agents.invoices.demo import documents
from agentops.agents.invoices.models import Invoice
from agentops.core.ids import uuid7
from agentops.core.models import User
from reviews.models import Decision, Draft, Review
from reviews.services import create_desk
from runs.models import IntakeProblem, Proposal, Run, RunInput
from tests.stories.conftest import books, now, open_review, token, until

ODD = {
    "zero": "a\x00b",
    "bidi": "\u202egnp.exe",
    "emoji": "💸🧾" * 50,
    "long": "x" * 300_000,
    "markup": "<script>alert(1)</script>{{ 7*7 }}{% debug %}",
    "superscript": "²³",
    "number": "9" * 40,
    "minus": "-1",
    "float": "1e999999",
    "nan": "NaN",
    "late": "9999-12-31",
    "early": "0001-01-01",
    "list": "a,b|c;d'\"--",
    "newline": "a\r\nX-Evil: 1",
    "tag": "\U000e0041\ufeff\u2028",
}
FILTERS = (
    "view", "q", "vendor", "desk", "agent", "reason", "amount_from", "amount_to", "age", "after", "before", "status",
    "started", "show", "run", "actor", "document", "counterparty", "from", "to", "action", "stream", "done", "do",
    "next", "page", "tool", "change", "seen",
)  # fmt: skip


@pytest.fixture
def parked(open_house) -> Review:
    """An invoice above the limit, which waits."""
    return open_house.waiting(open_house.send(open_house.bill("9000.00")))


def calm(client: Client) -> Client:
    """Shows the page of an error instead of raising it, as in production."""
    client.raise_request_exception = False
    return client


def test_no_search_field_of_any_page_can_be_made_to_fail(open_house, parked):
    run = f"/runs/{parked.run.number}/"
    pages = {
        "tom.brandt": ["/queue/", "/queue/next/", f"/reviews/{parked.id}/", "/runs/", run],
        "aisha.rahman": ["/audit/", run],
    }
    failed = []
    for who, addresses in pages.items():
        client = calm(Client())
        client.force_login(open_house.person(who), backend="agentops.core.backends.PersonBackend")
        for address in addresses:
            for name, odd in ODD.items():
                fields = [dict.fromkeys(FILTERS, odd[:2000])]
                if address in ("/queue/", "/audit/"):  # where one field that finds nothing may hide the next
                    fields += [{"q": odd[:99], "to": odd[:99]}, {"after": odd[:99], "action": odd[:99]}]
                answers = [client.get(address, given).status_code for given in fields]
                if max(answers) >= 500 or (name == "zero" and set(answers) != {400}):
                    failed.append((who, address, name, answers))
    assert failed == []


def test_no_field_of_the_decision_can_be_made_to_fail(open_house, parked):
    tom, failed = calm(open_house.browser("tom.brandt")), []
    edited = ("due_date", "currency", "net_total", "amount", "number", "execute_on", "issue_date")
    for name in ("zero", "bidi", "long", "superscript", "number", "nan", "late", "newline"):
        odd = ODD[name]
        said = dict.fromkeys(("code", "verdict", "receipt", "to", "answer", "happened", "shown_at", "opened"), odd)
        tries = [{**said, "decision": decision} for decision in ("reject", "hand_over", "settle", "judge", odd[:99])]
        tries += [{"decision": "edit_approve", **{f"edit.{field}": odd for field in edited}}]
        tries += [{"decision": "hand_over", "to": f"person:{odd}"}, {"decision": "reject", "request_key": odd}]
        for form in tries:
            answer = open_house.say(tom, parked, **{"digest": parked.digest[:-1], **form})
            if answer.status_code >= 500:
                failed.append((name, form["decision"], sorted(form), answer.status_code))
        for door, field in (("review_draft", "words"), ("review_claim", "words"), ("review_claim", "claim")):
            form = {"claim": "take_over", "digest": odd, "edit.due_date": odd, field: odd, **token(tom)}
            answer = tom.post(reverse(door, args=[parked.id]), form)
            if answer.status_code >= 500:
                failed.append((name, door, field, answer.status_code))
    assert failed == []
    assert books() == (0, 0, 0)
    assert set(Decision.objects.values_list("verdict", flat=True)) <= {"take_over"}
    assert tom.get(reverse("review", args=[parked.id])).status_code == 200


def test_words_of_any_kind_are_kept_and_shown_harmlessly(open_house, parked):
    tom, review = calm(open_house.browser("tom.brandt")), parked
    for name in ("zero", "markup", "bidi", "long"):
        answer = open_house.say(tom, review, "send_back", code="other", words=ODD[name])
        if name == "zero":
            assert answer.status_code == 400
            continue
        assert answer.status_code == 302, (name, answer.status_code)
        before = review.id
        until(lambda before=before: Review.objects.filter(run_id=parked.run_id, closed_at=None).exclude(id=before))
        review = open_review(parked.run_id)
        for address in (reverse("review", args=[review.id]), reverse("runs:detail", args=[parked.run.number])):
            page = tom.get(address)
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            assert "\u202e" not in page.text


def test_fields_that_nobody_may_type_stay_as_they_are(open_house, parked):
    tom = open_house.browser("tom.brandt")
    other = open_house.waiting(open_house.send(open_house.bill("9100.00")))
    post = parked.proposal.actions.get(tool="post_to_accounting")
    forged = {
        "edit.account": "DE89370400440532013000",
        "edit.vendor": "V-70021",
        "edit.run": str(other.run_id),
        "edit.bills": "[]",
        "edit.exceeds": "true",
        "edit.0.account": "DE89370400440532013000",
        "edit.nonsense": "x",
    }
    said = open_house.say(tom, parked, "edit_approve", **forged)
    assert said.status_code == 422
    assert "Nothing was edited" in said.text
    assert Proposal.objects.filter(run_id=parked.run_id, label="posting").count() == 1
    post.refresh_from_db()
    assert post.args["vendor"] == "V-70014"
    assert books() == (0, 0, 0)


NO_EDIT = (
    ("gross_total", "-5"), ("amount", "-0.01"), ("amount", "1e400"), ("amount", "NaN"), ("amount", "Infinity"),
    ("amount", "0.000001"), ("currency", "XXX"), ("currency", "eur"), ("due_date", "31.31.2026"),
    ("due_date", "9999-99-99"), ("number", "---"), ("number", ""), ("amount", "999999999999"),
)  # fmt: skip


def test_an_edit_that_cannot_be_meant_is_refused_or_asks_again_and_never_posts(open_house, parked):
    tom = calm(open_house.browser("tom.brandt"))
    for field, value in NO_EDIT:
        review = open_review(parked.run_id)
        said = open_house.say(tom, review, "edit_approve", **{f"edit.{field}": value})
        assert said.status_code in (302, 422), (field, value)
        run = open_house.settled(parked.run_id)
        assert run.status == "awaiting", (field, value, said.status_code)
        assert books() == (0, 0, 0)


def test_a_digest_or_a_review_of_somebody_else_decides_nothing(open_house, parked):
    tom = open_house.browser("tom.brandt")
    other = open_house.waiting(open_house.send(open_house.bill("9100.00")))
    wrong = tom.post(
        reverse("review_decide", args=[parked.id]), {"decision": "approve", "digest": other.digest, **token(tom)}
    )
    assert wrong.status_code == 409
    for digest in ("", "0" * 64, parked.digest.upper(), parked.digest[:-1]):
        form = {"decision": "approve", "digest": digest, **token(tom)}
        assert tom.post(reverse("review_decide", args=[parked.id]), form).status_code == 409, digest
    assert not Decision.objects.exists()
    assert tom.get(reverse("review", args=[uuid7()])).status_code == 404


def test_what_lies_at_another_desk_is_not_there(open_house, parked):
    from agentops.core.audit.trail import Actor

    elsewhere = create_desk(slug="elsewhere", name="Elsewhere", by=Actor.system("tests"))
    Review.objects.filter(pk=parked.pk).update(desk=elsewhere)
    tom = open_house.browser("tom.brandt")
    document = RunInput.objects.get(run_id=parked.run_id).document
    assert tom.get(reverse("review", args=[parked.id])).status_code == 404
    assert tom.get(reverse("runs:detail", args=[parked.run.number])).status_code == 404
    assert tom.get(reverse("documents:page", args=[document, 1])).status_code == 404
    for door in ("review_decide", "review_claim", "review_draft", "review_undo"):
        answer = tom.post(
            reverse(door, args=[parked.id]), {"decision": "approve", "digest": parked.digest, **token(tom)}
        )
        assert answer.status_code == 404, door
    assert tom.post(reverse("runs:cancel", args=[parked.run.number]), token(tom)).status_code == 404
    assert parked.run.given.subject not in tom.get(reverse("runs:list")).text
    assert not Decision.objects.exists()
    assert not Draft.objects.exists()


def test_a_page_that_is_not_there_is_not_found(open_house):
    data = documents.write(open_house.bill("9000.00"), "pdf-text")
    run_id = open_house.send(data, kind="pdf")
    tom = calm(open_house.browser("tom.brandt"))
    document = RunInput.objects.get(run_id=run_id).document
    open_house.settled(run_id)
    assert tom.get(reverse("documents:page", args=[document, 1]))["Content-Type"] == "image/png"
    for page in ("0", "2", "99999999999999999999", "007"):
        assert tom.get(f"/documents/{document}/pages/{page}/").status_code == 404, page


def test_an_address_never_leaves_the_folder_of_documents(open_house):
    tom = calm(open_house.browser("tom.brandt"))
    for name in ("../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e", "a" * 64, "A" * 5000, "x\x00y"):
        assert tom.get(f"/documents/{name}/pages/1/").status_code in (400, 404), name
    for path in ("/static/../manage.py", "/static/..%2f..%2fmanage.py", "/static//etc/passwd"):
        assert tom.get(path).status_code in (400, 404), path


def test_a_double_click_is_one_decision(open_house, parked):
    tom = open_house.browser("tom.brandt")
    answers = [open_house.say(tom, parked, "approve", request_key="the-same-key") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert Decision.objects.count() == 1
    assert open_house.ended(parked.run_id).status == "completed"
    without_a_key = open_house.say(tom, parked, "approve")
    assert without_a_key.status_code == 409
    assert books() == (1, 1, 1)


def test_a_form_without_its_token_or_from_elsewhere_does_nothing(open_house, parked):
    tom = open_house.browser("tom.brandt")
    address = reverse("review_decide", args=[parked.id])
    form = {"decision": "approve", "digest": parked.digest}
    assert tom.post(address, form).status_code == 403
    assert tom.post(address, {**form, "csrfmiddlewaretoken": "x" * 64}).status_code == 403
    foreign = tom.post(address, {**form, **token(tom)}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    body = tom.post(address, json.dumps({**form, **token(tom)}), content_type="application/json")
    assert body.status_code == 403
    for wrong in (tom.get, tom.head, tom.put, tom.delete, tom.patch):
        assert wrong(address).status_code in (403, 405)
    assert not Decision.objects.exists()
    page = tom.head(reverse("review", args=[parked.id]))
    assert (page.status_code, page.content) == (200, b"")


def test_a_json_body_with_a_good_token_is_a_form_without_fields(open_house, parked):
    tom = calm(open_house.browser("tom.brandt"))
    headers = {"X-CSRFToken": token(tom)["csrfmiddlewaretoken"]}
    for body, kind in (
        (b'{"decision": "approve"}', "application/json"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"decision=%ff%00", "application/x-www-form-urlencoded; charset=utf-99"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"<a/>", "text/xml"),
    ):
        answer = tom.generic("POST", reverse("review_decide", args=[parked.id]), body, kind, headers=headers)
        assert answer.status_code in (400, 403, 409, 415, 422), (kind, answer.status_code)
    assert not Decision.objects.exists()


def test_signing_in_gives_a_new_session_and_never_leads_elsewhere(open_house):
    account = open_house.accounts["tom.brandt"]
    for wanted in (
        "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\thttps://evil.example",
        "https:evil.example", "/%0d%0aX-Evil:1", "http://testserver@evil.example/", "///evil.example", "x" * 5000,
    ):  # fmt: skip
        client = calm(Client(enforce_csrf_checks=True))
        client.get(reverse("sign_in"), {"next": wanted})
        client.cookies["agentops_session"] = "fixed-by-somebody-else"
        form = {"username": account.email, "password": account.password, "next": wanted, **token(client)}
        answer = client.post(reverse("sign_in"), form)
        assert answer.status_code == 302, wanted
        assert "evil" not in answer["Location"].partition("?")[0].replace("%0d%0aX-Evil:1", ""), wanted
        assert "\n" not in answer["Location"]
        assert client.cookies["agentops_session"].value != "fixed-by-somebody-else"
        again = client.get(reverse("sign_in"), {"next": wanted})
        assert "evil.example" not in again["Location"]


def test_a_session_is_over_when_it_is_signed_out_or_its_person_is_gone(open_house):
    tom = open_house.browser("tom.brandt")
    stolen = Client()
    stolen.cookies["agentops_session"] = tom.cookies["agentops_session"].value
    assert stolen.get("/queue/").status_code == 200
    tom.post(reverse("sign_out"), token(tom))
    assert stolen.get("/queue/").status_code == 302
    maria = open_house.browser("maria.keller")
    User.objects.filter(email__startswith="maria").update(is_active=False)
    assert maria.get("/queue/").status_code == 302
    assert calm(Client()).post(reverse("sign_in"), {"username": "maria.keller@demo.example"}).status_code != 500


def test_a_service_user_signs_in_nowhere_and_decides_nothing(open_house, parked):
    from reviews import services

    inbox = User.objects.get(kind="service")
    inbox.set_password("a long enough password")
    with pytest.raises(IntegrityError):
        inbox.save()
    client = Client()
    client.force_login(inbox, backend="agentops.core.backends.PersonBackend")
    assert client.get("/queue/").status_code in (302, 403)
    with pytest.raises(services.MayNotSign):
        services.approve(review_id=parked.id, signer=inbox, seen=parked.digest, now=now())
    with pytest.raises(services.MayNotSign):
        services.claim(review_id=parked.id, person=inbox)
    assert not Decision.objects.exists()


def test_a_files_name_cannot_carry_a_path_a_header_or_markup(open_house):
    maria = calm(open_house.browser("maria.keller"))
    data = documents.write(open_house.bill("9000.00"), "xml-ubl")
    names = [
        "../../../../tmp/evil.xml", "a\r\nX-Evil: 1.xml", '"; filename="x.xml', "<img src=x onerror=alert(1)>.xml",
        "=cmd|'/c calc'!A1.xml", "r\u202elmx.exe", "n" * 300 + ".xml", "C:\\windows\\evil.xml", ".xml", "nul\x00.xml",
    ]  # fmt: skip
    for name in names:
        answer = open_house.upload(maria, (name, data))
        assert answer.status_code in (200, 400), name
        assert "X-Evil" not in answer.headers
        assert "<img src=x" not in answer.text
    for run in Run.objects.all():
        subject = RunInput.objects.get(run=run).subject
        assert len(subject) <= 200
        assert not {"/", "\\", "\r", "\n", "\u202e", "\x00"} & set(subject), subject
        page = maria.get(reverse("runs:detail", args=[run.number]))
        assert page.status_code == 200
        assert "<img src=x" not in page.text


def test_files_of_every_bad_kind_end_as_a_line_and_the_good_one_among_them_goes_on(open_house):
    maria = calm(open_house.browser("maria.keller"))
    good = documents.write(open_house.bill("9000.00"), "xml-ubl")
    files = [("empty.pdf", b""), ("zeros.pdf", b"\0" * 5000), ("text.pdf", b"hello"), ("good.xml", good)]
    files += [("x.xml", b"<a>" * 5000), ("exe.pdf", b"MZ\x90\x00"), ("pdf.xml", b"%PDF-1.7\n%%EOF")]
    page = open_house.upload(maria, *files)
    assert page.status_code == 200
    assert page.text.count("Refused") >= 5
    assert IntakeProblem.objects.count() + Run.objects.count() == len(files)
    assert Run.objects.filter(given__subject="good.xml").count() == 1


def test_more_files_than_are_taken_at_once_are_refused_in_words(open_house):
    maria = calm(open_house.browser("maria.keller"))
    answer = open_house.upload(maria, *[(f"{n}.xml", b"<a/>") for n in range(101)])
    assert answer.status_code in (400, 422)
    assert not Run.objects.exists()


def test_every_page_answers_head_and_odd_methods_without_an_error(open_house, parked):
    from agentops.web.access import every_view

    named = {"review_id": parked.id, "number": parked.run.number, "page": 1, "sha256": "a" * 64}
    pia = calm(Client())
    pia.force_login(open_house.person("aisha.rahman"), backend="agentops.core.backends.PersonBackend")
    failed = []
    for route, _ in every_view():
        path = "/" + route
        for name, value in {**named, **dict.fromkeys(("pending_id", "person_id", "user_id"), uuid7())}.items():
            for kind in ("uuid", "int", "slug", "str"):
                path = path.replace(f"<{kind}:{name}>", str(value))
        path = path.replace("<uuid:", "<").replace("<str:", "<").replace("<slug:", "<").replace("<int:", "<")
        if "<" in path:
            head, _, tail = path.partition("<")
            path = head + str(uuid7()) + tail.partition(">")[2].split("<")[0]
        for method in ("HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "BREW"):
            answer = pia.generic(method, path)
            if answer.status_code >= 500 and path != "/readyz":
                failed.append((method, path, answer.status_code))
    assert failed == []


def test_money_without_decimals_is_asked_about_and_posted_as_it_is(open_house):
    invoice = open_house.bill("480000", vendor="V-70094")
    run_id = open_house.send(invoice)
    run = open_house.settled(run_id)
    if run.status == "awaiting":
        page = open_house.browser("tom.brandt").get(reverse("review", args=[open_review(run_id).id]))
        assert page.status_code == 200
    else:
        posted = Invoice.objects.get(status="posted")
        assert (posted.currency, posted.gross_total) == ("JPY", invoice.net + sum(g.tax for g in invoice.tax_groups))
