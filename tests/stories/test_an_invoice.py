"""One invoice from the door to the books, or to the people who must decide about it."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from agentops.agents.invoices.demo import documents
from agentops.agents.invoices.demo.identifiers import iban
from agentops.agents.invoices.models import Invoice, Payment, PurchaseOrder
from agentops.core.audit.models import AuditEntry
from agentops.web.outcomes import outcome_of
from reviews import services
from reviews.models import Decision, Review
from runs import services as run_services
from runs.models import Proposal, Run
from tests.stories.conftest import assert_in_order, books, now, open_review, until

D = Decimal


def test_a_clean_invoice_is_posted_and_paid_and_nobody_is_asked(open_house):
    invoice = open_house.bill("400.00")
    run = open_house.settled(open_house.send(invoice))
    assert (run.status, run.stage, outcome_of(run.id).disposition) == ("completed", "complete", "auto")
    assert books() == (1, 1, 1)
    posted, payment = Invoice.objects.get(), Payment.objects.get()
    assert (posted.number, posted.gross_total) == (invoice.number, D("476.00"))
    assert (payment.amount, payment.account, payment.status) == (D("476.00"), invoice.vendor.iban, "scheduled")
    assert PurchaseOrder.objects.get(number=invoice.order).billed == D("400.00")
    assert not Review.objects.exists()
    assert_in_order()
    actions = list(AuditEntry.objects.filter(stream=f"run:{run.id}").order_by("seq").values_list("action", flat=True))
    assert actions[0] == "run.started"
    assert actions[-1] in ("run.completed", "effect.confirmed", "run.step")


def test_above_the_limit_a_reviewer_approves_on_the_page_and_it_is_posted(open_house):
    run_id = open_house.send(open_house.bill("9000.00"))
    review = open_house.waiting(run_id)
    assert review.codes == ["amount_over_limit"]
    assert books() == (0, 0, 0)
    tom = open_house.browser("tom.brandt")
    assert tom.get(reverse("review", args=[review.id])).status_code == 200
    assert open_house.say(tom, review, "approve").status_code == 302
    assert open_house.ended(run_id).status == "completed"
    assert books() == (1, 1, 1)
    assert outcome_of(run_id).disposition == "review"
    assert_in_order()


def test_above_the_second_limit_a_controller_signs_after_the_reviewer_with_the_password(open_house):
    run_id = open_house.send(open_house.bill("30000.00"))
    review = open_house.waiting(run_id)
    assert review.proposal.signatures == 2
    maria, jonas = open_house.browser("maria.keller"), open_house.browser("jonas.weber")
    open_house.say(maria, review, "approve")
    assert open_house.settled(run_id).status == "awaiting"
    assert books() == (0, 0, 0)

    again = open_house.say(maria, review, "approve", password=open_house.password("maria.keller"))
    assert again.status_code == 422
    asked = open_house.say(jonas, review, "approve")
    assert asked.status_code == 422
    assert "password" in asked.text
    wrong = open_house.say(jonas, review, "approve", password="not my password")
    assert wrong.status_code == 422
    assert books() == (0, 0, 0)
    assert open_house.say(jonas, review, "approve", password=open_house.password("jonas.weber")).status_code == 302
    assert open_house.ended(run_id).status == "completed"
    assert [d.person.name for d in Decision.objects.order_by("decided_at")] == ["Maria Keller", "Jonas Weber"]
    assert_in_order()


def test_two_reviewers_are_not_enough_where_a_controller_must_sign(open_house):
    run_id = open_house.send(open_house.bill("30000.00"))
    review = open_house.waiting(run_id)
    open_house.say(open_house.browser("maria.keller"), review, "approve")
    tom = open_house.browser("tom.brandt")
    refused = open_house.say(tom, review, "approve", password=open_house.password("tom.brandt"))
    assert refused.status_code == 422
    assert "controller" in refused.text
    assert Decision.objects.count() == 1


def test_nobody_decides_their_own_upload_on_any_path(open_house):
    maria = open_house.browser("maria.keller")
    data = documents.write(open_house.bill("9000.00"), "xml-ubl")
    page = open_house.upload(maria, ("mine.xml", data))
    assert "somebody else decides it" in page.text
    run = Run.objects.get()
    assert run.requester == open_house.person("maria.keller")
    review = open_house.waiting(run.id)
    for decision in ("approve", "reject", "send_back"):
        said = open_house.say(maria, review, decision, code="other", words="because")
        assert said.status_code == 422, decision
        assert "You asked for this run" in said.text
    about = {"review_id": review.id, "signer": open_house.person("maria.keller"), "seen": review.digest, "now": now()}
    with pytest.raises(services.MayNotSign):
        services.approve(**about)
    with pytest.raises(services.MayNotSign):
        services.edit_and_approve(**about, edits={0: {"gross_total": "1"}})
    assert not Decision.objects.exists()
    assert open_house.say(open_house.browser("tom.brandt"), review, "approve").status_code == 302
    assert open_house.ended(run.id).status == "completed"


def test_a_reject_ends_the_run_and_the_invoice_may_come_again(open_house):
    invoice = open_house.bill("9000.00")
    run_id = open_house.send(invoice)
    review = open_house.waiting(run_id)
    code = next(iter(services.ending.rejections_for(review.kind)))
    open_house.say(open_house.browser("tom.brandt"), review, "reject", code=code, words="Not ours.")
    assert open_house.ended(run_id).status == "rejected"
    assert outcome_of(run_id).disposition == "reject"
    assert Invoice.objects.get(run_id=run_id).status == "rejected"
    assert books() == (0, 0, 0)
    again = open_house.waiting(open_house.send(invoice))
    open_house.say(open_house.browser("tom.brandt"), again, "approve")
    assert open_house.ended(again.run_id).status == "completed"
    assert books() == (1, 1, 1)
    assert_in_order()


def test_sent_back_with_a_corrected_field_the_next_proposal_shows_what_changed(open_house):
    run_id = open_house.send(open_house.bill("9000.00"))
    review = open_house.waiting(run_id)
    tom = open_house.browser("tom.brandt")
    form = {"code": "other", "words": "The due date is later.", "comment.due_date": "2027-01-15"}
    assert open_house.say(tom, review, "send_back", **form).status_code == 302
    until(lambda: Review.objects.filter(run_id=run_id, closed_at=None).exists())
    again = open_review(run_id)
    assert again.digest != review.digest
    post = again.proposal.actions.get(tool="post_to_accounting")
    assert post.args["due_date"] == "2027-01-15"
    page = tom.get(reverse("review", args=[again.id])).text
    assert "2027-01-15" in page or "15 Jan 2027" in page
    stale = tom.post(
        reverse("review_decide", args=[again.id]),
        {"decision": "approve", "digest": review.digest, "csrfmiddlewaretoken": tom.cookies["agentops_csrf"].value},
    )
    assert stale.status_code == 409
    assert "changed while you were reading" in stale.text
    open_house.say(tom, again, "approve")
    assert open_house.ended(run_id).status == "completed"
    assert Invoice.objects.get(status="posted").due_date.isoformat() == "2027-01-15"


def test_an_edit_is_the_editors_signature_and_the_books_have_what_was_edited(open_house):
    run_id = open_house.send(open_house.bill("9000.00"))
    review = open_house.waiting(run_id)
    tom = open_house.browser("tom.brandt")
    said = open_house.say(tom, review, "approve", **{"edit.due_date": "2027-02-01"})
    assert said.status_code == 302, said.text[:3000]
    assert open_house.ended(run_id).status == "completed"
    assert Decision.objects.get().verdict == "edit"
    first, second = Proposal.objects.filter(run_id=run_id, label="posting").order_by("number")
    assert (first.state, second.state) == ("superseded", "performed")
    assert second.authors == [open_house.person("tom.brandt").pk]
    assert Invoice.objects.get(status="posted").due_date.isoformat() == "2027-02-01"
    assert_in_order()


def test_what_nobody_decides_in_time_is_rejected_by_the_desks_rule_and_never_allowed(open_house):
    run_id = open_house.send(open_house.bill("9000.00"))
    review = open_house.waiting(run_id)
    services.expire_overdue(now=now() + timedelta(days=30))
    review.refresh_from_db()
    assert review.status == "expired"
    assert open_house.ended(run_id).end_code == "review_expired"
    assert not Decision.objects.exists()
    assert books() == (0, 0, 0)
    late = open_house.say(open_house.browser("tom.brandt"), review, "approve")
    assert late.status_code == 409
    assert "expired" in late.text


def test_the_same_invoice_twice_at_once_is_posted_once(open_house):
    invoice = open_house.bill("400.00")
    forms = [documents.write(invoice, kind) for kind in ("xml-ubl", "xml-cii", "xml-ubl", "xml-cii")]
    ids = [open_house.send(data) for data in forms]
    for run_id in ids:
        open_house.settled(run_id)
    assert books() == (1, 1, 1)
    told = [outcome_of(run_id) for run_id in ids]
    assert sorted(one.disposition for one in told) == ["auto", "review", "review", "review"]
    assert all("duplicate" in one.reasons for one in told if one.disposition == "review")
    assert_in_order()


def test_a_duplicate_that_somebody_approves_all_the_same_is_not_posted_twice(open_house):
    invoice = open_house.bill("9000.00")
    first = open_house.waiting(open_house.send(invoice))
    second = open_house.waiting(open_house.send(invoice))
    tom = open_house.browser("tom.brandt")
    for review in (first, second):
        open_house.say(tom, review, "approve")
    open_house.settled(first.run_id)
    open_house.settled(second.run_id)
    until(lambda: books() == (1, 1, 1))
    assert sorted(Run.objects.values_list("status", flat=True)) == ["awaiting", "completed"]
    assert_in_order()


def test_another_account_on_the_document_blocks_and_no_signature_helps(open_house):
    changed = open_house.bill("400.00", iban=iban("DE", "0411870999"))
    run_id = open_house.send(changed)
    review = open_house.waiting(run_id)
    assert "bank_account_changed" in review.codes
    assert review.proposal.blocked
    tom = open_house.browser("tom.brandt")
    page = tom.get(reverse("review", args=[review.id])).text
    assert 'value="approve"' not in page
    assert open_house.say(tom, review, "approve").status_code == 422
    edited = open_house.say(tom, review, "edit_approve", **{"edit.account": changed.iban})
    assert edited.status_code == 422
    assert not Decision.objects.exists()
    assert books() == (0, 0, 0)


def test_of_two_reviewers_at_once_one_wins_and_the_other_is_told_who(open_house):
    run_id = open_house.send(open_house.bill("9000.00"))
    review = open_house.waiting(run_id)
    browsers = {name: open_house.browser(name) for name in ("maria.keller", "tom.brandt")}
    answers, ready = {}, threading.Barrier(2)

    def press(name):
        ready.wait()
        answers[name] = open_house.say(browsers[name], review, "approve")
        connections.close_all()

    threads = [threading.Thread(target=press, args=(name,)) for name in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = Decision.objects.get().person.name
    assert sorted(answer.status_code for answer in answers.values()) == [302, 409]
    (told,) = (answer.text for answer in answers.values() if answer.status_code == 409)
    assert f"{winner} approved this" in told
    assert open_house.ended(run_id).status == "completed"
    assert books() == (1, 1, 1)


def test_a_requester_who_is_gone_gets_nothing_done_any_more(open_house):
    run_id = open_house.send(open_house.bill("9000.00"), by=open_house.person("oskar.lang"))
    review = open_house.waiting(run_id)
    oskar = open_house.person("oskar.lang")
    oskar.is_active = False
    oskar.save(update_fields=["is_active"])
    open_house.say(open_house.browser("tom.brandt"), review, "approve")
    until(lambda: Review.objects.filter(run_id=run_id, closed_at=None).exists() or books() != (0, 0, 0))
    assert books() == (0, 0, 0)
    assert open_house.settled(run_id).status == "awaiting"


def test_a_signer_who_loses_the_desk_before_it_fires_has_not_signed(open_house, working):
    open_house.desk.undo_seconds = 1
    open_house.desk.save()
    run_id = open_house.send(open_house.bill("9000.00"))
    review = open_house.waiting(run_id)
    open_house.say(open_house.browser("tom.brandt"), review, "approve")
    services.revoke_desk(to=open_house.person("tom.brandt"), desk=open_house.desk, by=_system())
    until(lambda: Review.objects.filter(run_id=run_id, closed_at=None).exists(), 10)
    assert books() == (0, 0, 0)


def test_an_approval_is_taken_back_while_its_seconds_run(open_house):
    open_house.desk.undo_seconds = 30
    open_house.desk.save()
    run_id = open_house.send(open_house.bill("9000.00"))
    review = open_house.waiting(run_id)
    tom = open_house.browser("tom.brandt")
    open_house.say(tom, review, "approve")
    form = {"csrfmiddlewaretoken": tom.cookies["agentops_csrf"].value}
    tom.post(reverse("review_undo", args=[review.id]), form)
    again = open_review(run_id)
    assert again.id != review.id
    assert Run.objects.get(pk=run_id).status == "awaiting"
    assert books() == (0, 0, 0)


def test_a_run_is_cancelled_while_it_waits_and_its_review_is_withdrawn(open_house):
    run_id = open_house.send(open_house.bill("9000.00"))
    review = open_house.waiting(run_id)
    run_services.cancel_run(run_id=run_id, by=open_house.person("oskar.lang"), reason="wrong", now=timezone.now())
    late = open_house.say(open_house.browser("tom.brandt"), review, "approve")
    assert late.status_code == 409
    assert Run.objects.get(pk=run_id).status == "cancelled"
    assert books() == (0, 0, 0)
    with pytest.raises(run_services.RunEnded):
        run_services.cancel_run(run_id=run_id, by=open_house.person("oskar.lang"), reason="x", now=timezone.now())


def test_an_edit_may_not_carry_another_invoice(open_house):
    first = open_house.waiting(open_house.send(open_house.bill("9000.00")))
    second = open_house.waiting(open_house.send(open_house.bill("9100.00")))
    about = {"review_id": first.id, "signer": open_house.person("tom.brandt"), "seen": first.digest, "now": now()}
    for edits in (
        {0: {"run": str(second.run_id)}},
        {1: {"run": str(second.run_id)}},
        {1: {"vendor": "V-70021"}},
        {1: {"invoice_number": "NW-1"}},
    ):
        with pytest.raises((services.Blocked, services.RunRefused)):
            services.edit_and_approve(**about, edits=edits)
    with pytest.raises((services.Blocked, services.RunRefused)):
        services.edit_and_approve(**about, edits={7: {"vendor": "V-70021"}})
    assert not Decision.objects.exists()
    assert books() == (0, 0, 0)


def test_what_blocks_is_not_talked_away_by_sending_back_with_the_account_on_file(open_house):
    invoice = open_house.bill("400.00", iban=iban("DE", "0411870999"))
    run_id = open_house.send(invoice)
    review = open_house.waiting(run_id)
    form = {"code": "read_again", "words": "It says another account.", "comment.iban": invoice.vendor.iban}
    assert open_house.say(open_house.browser("tom.brandt"), review, "send_back", **form).status_code == 302
    until(lambda: Review.objects.filter(run_id=run_id, closed_at=None).exists() or books() != (0, 0, 0))
    assert "corrected_by_person" in open_review(run_id).codes
    assert books() == (0, 0, 0)


def _system():
    from agentops.core.audit.trail import Actor

    return Actor.system("tests")
