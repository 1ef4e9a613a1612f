"""The page of one review in each of its states, without a script; and what is done on it."""
# ruff: noqa: F811 - fixtures are named as what they make

from decimal import Decimal

import pytest
from django.urls import reverse

from agentops.core.models import User
from reviews import services
from reviews.models import Decision, Draft, Review
from runs import steering
from runs.models import Await, Proposal
from tests.reviews.conftest import (  # noqa: F401 - fixtures
    SETUP,
    ask_about,
    desk,
    filer,
    now,
    people,
    person,
    propose,
    question,
    review,
    run,
    stuck,
)
from tests.web.conftest import PASSWORD

BLOCK = {"name": "bank account", "field": "iban", "expected": "DE89", "found": "DE12", "passed": False}
BLOCK |= {"severity": "blocks", "code": "bank_account_changed", "sentence": "The document asks for DE12."}
WARN = {**BLOCK, "name": "unit price", "field": "line2", "severity": "warns", "code": "price_variance"}
PASS = {**WARN, "name": "order", "passed": True, "sentence": ""}


@pytest.fixture
def maria(browse, people):
    return browse(as_=people.maria)


def address(review, door="review"):
    return reverse(door, args=[review.id])


def page(client, review, **query):
    answer = client.get(address(review), query)
    assert answer.status_code == 200
    return answer.content.decode()


def say(client, review, decision, **form):
    given = {"decision": decision, "digest": review.digest, "request_key": "k-1", **form}
    return client.post(address(review, "review_decide"), given)


def test_the_sentence_is_first_failing_checks_before_passing_and_the_reasons_beside(maria, review):
    told = page(maria, review(checks=[PASS, WARN]))
    places = [
        told.index(part) for part in ('id="sentence"', "Unit price", "1 passed: order", "Why it is here", "History")
    ]
    assert places == sorted(places)
    assert "over the limit of 100" in told
    assert 'value="approve"' in told


def test_a_clean_review_is_one_green_line(maria, review):
    assert "All 1 checks passed." in page(maria, review(checks=[PASS]))


def test_while_a_check_blocks_there_is_no_approving_only_ways_out(maria, review):
    waiting = review(blocked=True, checks=[BLOCK])
    told = page(maria, waiting)
    assert "Approving is off" in told
    assert 'value="approve"' not in told
    assert 'commandfor="send-back"' in told
    assert say(maria, waiting, "approve").status_code == 422
    assert not Decision.objects.exists()


def test_approving_goes_on_to_the_next_item_and_says_what_was_done(maria, review):
    waiting, other = review(), review()
    answer = say(
        maria, waiting, "approve", opened="gross_total,trace", screen="ab" * 32, shown_at="2026-11-20T06:00:00+00:00"
    )
    assert answer.url.startswith(address(other))
    assert "<b>Approved</b>" in maria.get(answer.url).content.decode()
    seen = Decision.objects.get().seen
    assert seen["screen"] == "ab" * 32
    assert "seconds" in seen
    assert seen["opened"] == ["gross_total", "trace"]


def test_within_the_desks_seconds_it_can_be_undone(maria, review, desk):
    desk.undo_seconds = 60
    desk.save()
    waiting = review()
    answer = say(maria, waiting, "approve")
    assert "Undo" in maria.get(answer.url).content.decode()
    again = maria.post(address(waiting, "review_undo"))
    assert again.url == address(Review.objects.get(came_from=waiting))


def test_a_second_click_gets_the_same_answer(maria, review):
    waiting = review()
    assert say(maria, waiting, "approve").status_code == say(maria, waiting, "approve").status_code == 302
    assert Decision.objects.count() == 1


def test_the_second_person_is_told_who_decided_and_keeps_the_draft(maria, browse, people, review):
    waiting = review()
    say(browse(as_=people.omar), waiting, "approve")
    answer = say(maria, waiting, "reject", code="fraud", words="I have seen this before.")
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Omar approved this at" in told
    assert "I have seen this before." in told
    assert Draft.objects.get().person == people.maria


def test_what_changed_under_a_reader_is_shown_and_the_draft_stays(maria, run):
    waiting = run()
    old = propose(waiting, state="superseded")
    current = ask_about(waiting, propose(waiting, 2, args={"name": "F-1", "amount": "130.00"}))
    answer = say(maria, current, "send_back", digest=old.digest, words="Look again.")
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "changed while you were reading" in told
    assert "<del><bdi>120.00</bdi></del>" in told
    assert "Look again." in told


def test_somebody_elses_claim_is_a_calm_banner_and_no_lock(maria, people, review):
    waiting = review()
    services.claim(review_id=waiting.id, person=people.omar)
    told = page(maria, waiting)
    assert "Omar is reviewing this" in told
    assert "You can still decide" in told
    maria.post(address(waiting, "review_claim"), {"claim": "take_over", "words": "Month end."})
    waiting.refresh_from_db()
    assert waiting.claimed_by == people.maria


def test_ones_own_run_can_only_be_handed_over(maria, people, review):
    told = page(maria, review(requester=people.maria))
    assert "You asked for this run" in told
    assert 'commandfor="reject"' not in told
    assert 'commandfor="hand-over"' in told


def test_the_second_signature_asks_for_the_password_again(browse, people, review, now):
    people.amina.set_password(PASSWORD)
    people.amina.save()
    waiting = review(signatures=2)
    services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, words="Agreed.", now=now)
    amina = browse(as_=people.amina)
    told = page(amina, waiting)
    assert "Signed by Maria" in told
    assert "Agreed." in told
    answer = say(amina, waiting, "approve")
    assert answer.status_code == 422
    assert "Confirm it is you" in answer.content.decode()
    answer = say(amina, waiting, "approve", password="not it")
    assert "not your password" in answer.content.decode()
    answer = say(amina, waiting, "approve", password=PASSWORD)
    assert answer.status_code == 302
    assert Review.objects.get().status == "decided"


def test_who_signed_first_sees_that_another_must_follow(maria, people, review, now):
    waiting = review(signatures=2)
    services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)
    told = page(maria, waiting)
    assert "You signed this." in told
    assert "Withdraw signature" in told


def test_over_ones_own_limit_the_page_says_so(maria, people, desk, review):
    services.set_personal_limit(user=people.maria, desk=desk, amount=Decimal(10), by=SETUP)
    assert "over your own limit" in page(maria, review())


def test_an_expired_review_is_nobodys_verdict(maria, review, now):
    from datetime import timedelta

    waiting = review()
    services.expire_overdue(now=now + timedelta(days=9))
    told = page(maria, waiting)
    assert "nobody had decided" in told
    assert "not recorded as anybody’s verdict" in told


def test_an_edited_value_is_signed_as_an_edit_even_by_the_approve_button(maria, review, monkeypatch):
    asked = []

    def amend(run, proposal, *, edits, editor, now):
        asked.append(edits)
        Proposal.objects.filter(id=proposal.id).update(state="superseded", closed_at=now)
        return propose(run, 2, authors=[editor.id])

    monkeypatch.setattr(steering, "amend_proposal", amend)
    waiting = review()
    say(maria, waiting, "approve", **{"edit.name": "F-2", "edit.amount": "120.00"})
    assert asked == [{0: {"name": "F-2"}}]
    assert Decision.objects.get().verdict == "edit"


def test_an_edit_that_does_not_hold_is_shown_by_field_with_what_was_typed(maria, review, monkeypatch):
    from tools_registry.results import Problem

    def amend(*_, **__):
        raise steering.InvalidEdit({0: [Problem("amount", "decimal", "must be a number")]})

    monkeypatch.setattr(steering, "amend_proposal", amend)
    answer = say(maria, review(), "edit_approve", **{"edit.amount": "lots"})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert "must be a number" in told
    assert 'value="lots"' in told


@pytest.mark.parametrize("form", ["reject", "send_back", "hand_over"])
def test_each_form_opens_without_a_script(form, maria, review):
    assert f'aria-labelledby="{form.replace("_", "-")}-title" open>' in page(maria, review(), do=form)


def test_a_rejection_takes_code_and_words_and_says_what_is_missing(maria, review):
    waiting = review()
    assert say(maria, waiting, "reject").status_code == 422
    assert say(maria, waiting, "reject", code="duplicate", words="Paid in March.").status_code == 302
    assert Decision.objects.get().code == "duplicate"


def test_a_review_is_handed_over_to_a_desk_from_its_page(maria, people, review):
    other = services.create_desk(slug="controllers", name="Controllers", by=SETUP)
    services.grant_desk(to=people.jonas, desk=other, by=SETUP)
    waiting = review()
    assert say(maria, waiting, "hand_over", to=f"desk:{other.id}").status_code == 302
    assert say(maria, review(), "hand_over", to="desk:nonsense").status_code == 422
    waiting.refresh_from_db()
    assert waiting.desk == other


def test_a_question_is_answered(maria, question):
    waiting = question()
    assert "Which cost centre?" in page(maria, waiting)
    assert say(maria, waiting, "answer", answer="4130").status_code == 302
    assert Await.objects.get().answer["answer"] == "4130"


def test_a_stuck_run_shows_its_ways_out(maria, stuck, monkeypatch):
    monkeypatch.setattr(steering, "retry", lambda *_, **__: None)
    waiting = stuck()
    told = page(maria, waiting)
    assert "Retry with guidance" in told
    assert "cannot go on alone" in told
    assert say(maria, waiting, "retry", words="Try LN-5521.").status_code == 302


def test_a_stuck_run_is_sent_back_with_the_values_that_were_missing(maria, stuck, filer, monkeypatch):
    told = []
    monkeypatch.setattr(steering, "send_back", lambda run, proposal, **how: told.append(how["instruction"]))
    filer.subject = lambda run_id: {
        "document": {"sha256": "ab" * 32, "name": "F-1.xml", "pages": []},
        "fields": [{"name": "number", "label": "Number", "value": None}],
    }
    waiting = stuck()
    assert 'name="comment.number"' in page(maria, waiting)
    answer = say(maria, waiting, "send_back", code="read_again", **{"comment.number": "F-17"})
    assert answer.status_code == 302
    assert told[0].fields == {"number": "F-17"}


def test_an_uncertain_effect_asks_whether_it_happened(maria, stuck, monkeypatch):
    monkeypatch.setattr(steering, "settle_effect", lambda *_, **__: None)
    waiting = stuck(ways=["happened", "did_not_happen"], effect="e" * 64)
    assert "Did it happen?" in page(maria, waiting)
    assert say(maria, waiting, "settle", happened="yes", receipt="BANK-1").status_code == 302


def test_a_sample_shows_neither_verdict_nor_confidence_nor_checks(maria, run):
    done = run(ended=True)
    proposal = propose(done, state="performed", verdict="allow", checks=[PASS], confidence=Decimal("0.93"))
    sample = ask_about(done, proposal, kind="sample")
    told = page(maria, sample)
    for hidden in ("0.93", "1 passed", "over the limit", "Confidence</h2>", "Provenance"):
        assert hidden not in told
    assert "Decide as if you were the first" in told
    assert say(maria, sample, "judge", verdict="would_reject").status_code == 302
    assert "0.93" in page(maria, sample)


def test_since_the_last_look_only_what_changed_is_lit(maria, people, run, now, monkeypatch):
    monkeypatch.setattr(steering, "send_back", lambda *_, **__: None)
    waiting = run()
    first = ask_about(waiting, propose(waiting))
    services.send_back(review_id=first.id, signer=people.maria, seen=first.digest, words="Look again.", now=now)
    Proposal.objects.filter(id=first.proposal_id).update(state="superseded", closed_at=now)
    again = ask_about(waiting, propose(waiting, 2, args={"name": "F-1", "amount": "99.00"}))
    told = page(maria, again)
    assert "Since your last look" in told
    assert "Look again." in told


def test_a_draft_comes_back(maria, people, review):
    waiting = review()
    form = {"words": "Half a thought", "digest": waiting.digest, "password": "secret"}
    assert maria.post(address(waiting, "review_draft"), form).status_code == 302
    assert "Half a thought" in page(maria, waiting)
    assert "password" not in Draft.objects.get().body


def test_a_review_of_another_desk_is_not_there(browse, person, review):
    stranger = browse(as_=person("Nora", "reviewer"))
    waiting = review()
    assert stranger.get(address(waiting)).status_code == 404
    assert say(stranger, waiting, "approve").status_code == 404


def test_an_auditor_reads_and_changes_nothing(browse, person, review):
    auditor = browse(as_=person("Otto", "auditor"))
    waiting = review()
    assert 'value="approve"' not in page(auditor, waiting)
    assert say(auditor, waiting, "approve").status_code == 403


def test_text_of_a_stranger_is_escaped_everywhere(maria, review):
    evil = "<script>alert(1)</script>\u202e"
    check = {**WARN, "found": evil, "sentence": evil, "name": evil}
    told = page(maria, review(sentence=evil, checks=[check], args={"name": evil}, counterparty=evil))
    assert "<script>alert" not in told
    assert "\u202e" not in told


def test_a_review_page_takes_a_bounded_number_of_queries(maria, review, django_assert_max_num_queries):
    waiting = review(checks=[PASS, WARN])
    page(maria, waiting)
    with django_assert_max_num_queries(12):
        page(maria, waiting)


def test_a_document_is_drawn_by_its_agent_for_those_who_may_see_it(
    maria,
    browse,
    person,
    run,
    filer,
):
    filer.page_image = lambda sha256, page: b"\x89PNG" + sha256[:4].encode() + bytes([page])
    waiting = run(document="ab" * 32)
    ask_about(waiting, propose(waiting))
    url = reverse("documents:page", args=["ab" * 32, 1])
    answer = maria.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert browse(as_=person("Nora", "reviewer")).get(url).status_code == 404
    assert User.objects.filter(name="Nora").exists()
