"""What happens reaches the people it concerns: in the bell, by mail, once, and nobody else."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from agentops.notifications import queries
from agentops.notifications.models import Attempt, Delivery, Item, News
from reviews import services as decide
from reviews.models import Review
from reviews.services.escalating import escalate_late
from runs.agents import NotAdmitted
from runs.intake import keep_receipt
from runs.models import Run
from tests.notifications.conftest import told
from tests.reviews.conftest import ask_about, propose
from tools_registry.facts import Reason
from tools_registry.services.switches import throw_switch

PERSONAL = Reason("personal_data", "A person's address stands in it.", urgent=True)


def kinds_of(person) -> list[str]:
    return list(Item.objects.filter(person=person).order_by("-id").values_list("kind", flat=True))


def test_something_urgent_is_told_at_once_to_everybody_who_may_decide_it(review, people, post, run, settings):
    waiting = review(reasons=[PERSONAL.as_json()])
    assert told() == 4
    assert kinds_of(people.maria) == ["urgent"]
    assert kinds_of(people.inbox) == []
    (letter,) = post.to(people.maria)
    assert letter.mail["Subject"] == f"[AgentOps] Urgent: R-{waiting.run.number} waits at Accounts payable"
    assert "Why: personal data" in letter.text
    assert "Amount: 120.00 EUR" in letter.text
    assert f"{settings.PUBLIC_URL}/reviews/{waiting.id}/" in letter.text
    assert "decides nothing" in letter.text
    assert "File F-1" not in letter.text  # the proposal's sentence stays in the house
    delivery = Delivery.objects.get(person=people.maria)
    assert (delivery.status, delivery.tries) == ("sent", 1)
    assert told() == 0
    assert len(post.taken) == 4


def test_what_nobody_chose_to_hear_leaves_no_row(review, people, post):
    review()
    assert told() == 0
    assert not News.objects.exists()
    assert not Item.objects.exists()


def test_a_person_chooses_for_each_kind(review, people, post, chosen):
    chosen(people.maria, opened="mail")
    chosen(people.omar, opened="bell")
    waiting = review()
    assert told() == 1
    assert [letter.to for letter in post.taken] == [[people.maria.email]]
    assert (kinds_of(people.maria), kinds_of(people.omar), kinds_of(people.jonas)) == (["opened"], ["opened"], [])
    assert Attempt.objects.count() == 1
    assert queries.bell(people.omar)[0].line.path == f"/reviews/{waiting.id}/"


def test_what_is_given_to_somebody_is_told_to_them_alone(review, people, post, now):
    waiting = review()
    told()
    decide.hand_over(review_id=waiting.id, signer=people.maria, seen=waiting.digest, words="Yours", now=now,
                     to_person=people.omar)  # fmt: skip
    assert told() == 1
    assert kinds_of(people.omar) == ["assigned"]
    assert "was given to you" in post.to(people.omar)[0].mail["Subject"]


def test_what_somebody_took_themselves_is_no_news_to_them(review, people, post):
    waiting = review()
    decide.assign(review_id=waiting.id, to=people.maria, by=people.maria)
    assert told() == 0
    assert kinds_of(people.maria) == []


def test_a_mention_names_who_wrote_and_never_what(review, people, post, now):
    waiting = review()
    name = people.omar.email.partition("@")[0]
    decide.comment(review_id=waiting.id, person=people.maria, words=f"@{name} the IBAN is DE02", now=now)
    assert told() == 1
    (letter,) = post.to(people.omar)
    assert letter.mail["Subject"] == f"[AgentOps] Maria mentions you on R-{waiting.run.number}"
    assert "DE02" not in letter.raw.decode()


def test_the_second_signature_is_asked_of_those_who_may_give_it(review, people, post, now, chosen):
    for person in (people.jonas, people.amina):
        chosen(person, second="mail")
    waiting = review(signatures=2)
    decide.approve(review_id=waiting.id, signer=people.jonas, seen=waiting.digest, now=now)
    assert told() == 1
    assert [letter.to for letter in post.taken] == [[people.amina.email]]
    assert (kinds_of(people.amina), kinds_of(people.omar), kinds_of(people.jonas)) == (["second"], [], [])


def test_lateness_goes_to_who_holds_it_else_to_the_desk(review, people, post, chosen):
    for person in (people.maria, people.omar):
        chosen(person, at_risk="bell")
    held, free = review(), review()
    decide.claim(review_id=held.id, person=people.maria)
    soon = timezone.now() - timedelta(minutes=1)
    Review.objects.filter(id=held.id).update(risk_at=soon)
    escalate_late(now=timezone.now())
    told()
    assert (kinds_of(people.maria), kinds_of(people.omar)) == (["at_risk"], [])
    Review.objects.filter(id=free.id).update(risk_at=soon, due_at=soon, sort_at=soon)
    escalate_late(now=timezone.now())
    told()
    assert (kinds_of(people.maria), kinds_of(people.omar)) == (["overdue", "at_risk"], ["overdue"])


def test_what_was_sent_back_and_comes_again_is_told_to_who_sent_it(review, people, post, run, now):
    waiting = review()
    decide.send_back(review_id=waiting.id, signer=people.maria, seen=waiting.digest, code="read_again", words="",
                     now=now)  # fmt: skip
    Run.objects.filter(id=waiting.run_id).update(status="running", epoch=9, lease_until=now, due_at=now)
    Run.objects.filter(id=waiting.run_id).update(status="awaiting", awaiting="review", lease_until=None, due_at=None)
    run_again = Run.objects.get(id=waiting.run_id)
    ask_about(run_again, propose(run_again, number=2, revision=2))
    told()
    assert kinds_of(people.maria) == ["returned"]
    assert kinds_of(people.omar) == []


def test_who_asked_for_a_run_hears_what_became_of_it(run, people, post, chosen, person):
    owner = person("Vera", "vendor_manager")
    chosen(owner, run_done="mail")
    made = run(owner, ended=True)
    run(people.inbox, ended=True)
    assert told() == 1
    (letter,) = post.to(owner)
    assert letter.mail["Subject"] == f"[AgentOps] R-{made.number}, which you asked for, was carried out"
    assert Item.objects.get().person == owner


def test_a_run_without_budget_is_told_to_operators_and_to_who_asked(run, people, post, person):
    operator, owner = person("Olga", "operator"), person("Vera", "vendor_manager")
    spent = Reason("budget_exhausted", "The run has used up its budget of 40 steps.")
    ask_about(run(owner), kind="stuck", title="No budget", reasons=(spent,))
    told()
    assert (kinds_of(operator), kinds_of(owner)) == (["budget"], ["run_stuck"])
    assert "used up its budget" in post.to(operator)[0].mail["Subject"]


def test_a_kill_switch_is_told_to_those_who_run_the_house_but_not_to_who_threw_it(people, post, person, admin):
    operator = person("Olga", "operator")
    throw_switch(scope="all", by=operator, reason="drill", now=timezone.now())
    assert told() == 1
    assert post.taken[0].to == [admin.email]
    assert post.taken[0].mail["Subject"] == "[AgentOps] Kill switch thrown: everything"


def test_a_refused_file_is_told_to_the_people_of_its_desk(people, post):
    refusal = NotAdmitted("empty_file", "The file is empty.")
    keep_receipt("filer", "payables", "0" * 64, 0, "a\nb.pdf", people.inbox, refusal, timezone.now())
    told()
    assert kinds_of(people.maria) == ["refused_file"]
    (shown,) = queries.bell(people.maria)
    assert shown.line.headline == "A file was refused at the desk payables"
    assert dict(shown.line.facts)["Why"] == "empty file"
