"""Narrowing the queue: each number is what choosing it would show, and what is chosen never disappears."""
# ruff: noqa: F811 - fixtures are named as what they make

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from agentops.core.audit.models import AuditEntry
from reviews import services
from reviews.models import Review
from reviews.queries import counting
from runs.agents import Headline
from runs.models import Action, IntakeProblem, Proposal
from tests.reviews.conftest import (  # noqa: F401 - fixtures
    SETUP,
    ask_about,
    desk,
    filer,
    now,
    people,
    person,
    propose,
    review,
    run,
    stuck,
)
from tools_registry.facts import Reason

QUEUE = "/queue/"


@pytest.fixture
def maria(browse, people):
    return browse(as_=people.maria)


@pytest.fixture
def three(run, people):
    """Two of one vendor, one of another, one of them claimed by Omar."""
    made = []
    for code, party, amount in (
        ("price_variance", "vendor:1", 50),
        ("no_order", "vendor:1", 700),
        ("no_order", "vendor:2", 70000),
    ):
        waiting = run()
        worth = Decimal(amount)
        proposal = propose(waiting, counterparty=party, amount=worth, converted=worth, reasons=[])
        made.append(ask_about(waiting, proposal, reasons=(Reason(code, "Because."),)))
    services.claim(review_id=made[0].id, person=people.omar)
    return made


def values(answer, facet):
    return {one.label: one.told for one in answer.context[facet]}


def rows(answer):
    return [Review.objects.get(pk=row.id) for group in answer.context["groups"] for row in group.rows]


def with_menus(client, asked=None):
    """The queue with what its menus offer, as a browser without a script asks for it."""
    return client.get(QUEUE, {**(asked or {}), "filters": "reason"})


def test_every_facet_has_its_counts(maria, three):
    answer = with_menus(maria)
    assert values(answer, "desks") == {"Accounts payable": "3"}
    assert values(answer, "agents") == {"Filer": "3"}
    assert values(answer, "tools") == {"File it": "3"}
    assert values(answer, "reasons") == {"No order": "2", "Price variance": "1"}
    assert values(answer, "holders") == {"Nobody": "2", "Me": "0", "Omar": "1"}
    assert values(answer, "ages")["Under 1 hour"] == "3"
    assert values(answer, "sures")["0.85 to 0.95"] == "3"
    assert sorted(values(answer, "parties").values()) == ["1", "2"]
    assert [bar.height > 0 for bar in answer.context["bars"]].count(True) == 3


def test_a_number_is_what_choosing_it_shows(maria, three):
    for asked in ({"reason": "no_order"}, {"party": "vendor:1"}, {"reason": "no_order", "party": "vendor:1"}):
        answer = with_menus(maria, asked)
        shown = len(rows(answer))
        for facet, name in (("reasons", "reason"), ("parties", "party"), ("tools", "tool"), ("holders", "claim")):
            for one in answer.context[facet]:
                if one.on or name in asked:
                    continue
                assert len(rows(maria.get(QUEUE, {**asked, name: one.value}))) == int(one.told), (asked, name, one)
        assert answer.context["found"] == str(shown)
    # A facet does not count itself away: the other reasons can still be chosen.
    assert values(with_menus(maria, {"reason": "no_order"}), "reasons") == {"No order": "2", "Price variance": "1"}


def test_what_is_chosen_and_not_there_is_shown_with_none(maria, three):
    answer = with_menus(maria, {"reason": "duplicate"})
    assert values(answer, "reasons")["Duplicate"] == "0"
    assert [one.on for one in answer.context["reasons"] if one.value == "duplicate"] == [True]


def test_where_more_waits_than_is_looked_at_every_number_is_a_least_one(maria, three, monkeypatch):
    monkeypatch.setattr(counting, "MOST_LOOKED_AT", 2)
    assert values(with_menus(maria), "agents") == {"Filer": "2+"}


def test_a_vendor_is_called_as_its_agent_calls_it(maria, three, filer):
    filer.headlines = lambda runs: {run: Headline("Nordwind", "NW-1") for run in runs}
    assert set(values(with_menus(maria), "parties")) == {"Nordwind"}


def test_a_menu_is_fetched_alone_when_it_is_opened_and_what_is_chosen_stays_in_the_form(maria, three):
    page = maria.get(QUEUE, {"reason": "no_order"})
    assert "Price variance" not in page.content.decode().split('id="rows"')[0]
    assert '<input type="hidden" name="reason" value="no_order">' in page.content.decode()
    menu = maria.get(reverse("queue_facet", args=["reason"]), {"reason": "no_order"}).content.decode()
    assert 'value="no_order" checked' in menu
    assert "Price variance" in menu
    assert "<html" not in menu
    assert maria.get(reverse("queue_facet", args=["nonsense"])).status_code == 404


def test_the_tools_of_a_proposal_stand_in_its_review_and_follow_an_edit(review, now):
    waiting = review()
    assert Review.objects.get().tools == ["file_it"]
    Proposal.objects.update(state="superseded", closed_at=now)
    following = propose(waiting.run, 2)
    Action.objects.create(
        proposal=following, ordinal=1, seq=1, name="pay", tool="pay_it", tool_version="2" * 64, impact="money",
        effect_class="transactional", args={}, digest="d", reference=f"pay:{waiting.run_id}", verdict="review",
        policy="1" * 64,
    )  # fmt: skip
    Review.objects.update(proposal=following)
    assert Review.objects.get().tools == ["file_it", "pay_it"]


@pytest.mark.parametrize("asked", ["F-1", "file", "over 120.00", "nordwind", "70014", "nw-11873", "order 45", "120.00"])
def test_search_finds_by_sentence_vendor_number_order_and_amount(asked, maria, run, filer):
    waiting = run()
    filer.headlines = lambda runs: {waiting.id: Headline("Nordwind Logistik", "NW-11873", "order 45")}
    ask_about(waiting, propose(waiting))
    assert len(rows(maria.get(QUEUE, {"q": asked}))) == 1


def test_find_similar_leads_to_the_same_work_for_the_same_main_reason(maria, three):
    page = maria.get(QUEUE)
    row = next(row for group in page.context["groups"] for row in group.rows if row.id == three[1].id)
    assert set(rows(maria.get(f"{QUEUE}?{row.similar}"))) == {three[1], three[2]}
    assert f"?{row.similar.replace('&', '&amp;')}" in page.content.decode()


def test_what_was_refused_at_the_door_is_a_tab_with_its_count(maria, people, desk, person, browse, now):
    IntakeProblem.objects.create(
        agent="filer",
        desk="payables",
        name="a.heic",
        size=1,
        code="x",
        message="No.",
        requester=people.inbox,
        document="0" * 64,
    )
    page = maria.get(QUEUE).content.decode()
    assert f'href="{reverse("intake:problems")}">Intake problems <span class="count" data-tone="warn">1</span>' in page


def test_several_are_given_to_somebody_after_a_look(maria, people, three):
    ids = [one.id for one in three]
    page = maria.post(reverse("queue_give"), {"ids": ids}).content.decode()
    assert "Give 3 items" in page
    assert "Omar holds this until" in page
    form = {"ids": ids, "to": f"person:{people.amina.pk}"}
    page = maria.post(reverse("queue_give"), form, follow=True).content.decode()
    assert "2 items are given to Amina." in page
    assert f"Review {three[0].number}: Somebody else has this." in page
    assert set(Review.objects.filter(assigned_to=people.amina)) == set(three[1:])
    assert AuditEntry.objects.filter(action="review.assigned").count() == 2


def test_things_are_handed_to_another_desk_and_given_back(maria, people, three):
    other = services.create_desk(slug="controllers", name="Controllers", by=SETUP)
    services.grant_desk(to=people.jonas, desk=other, by=SETUP)
    maria.post(reverse("queue_give"), {"ids": [three[1].id], "to": f"desk:{other.pk}", "words": "Yours."})
    assert Review.objects.get(id=three[1].id).desk == other
    services.assign(review_id=three[2].id, to=people.maria, by=people.maria)
    maria.post(reverse("queue_give"), {"ids": [three[2].id], "to": "nobody"})
    assert Review.objects.get(id=three[2].id).assigned_to is None
    page = maria.post(reverse("queue_give"), {"ids": [three[2].id], "to": "person:x"}, follow=True).content.decode()
    assert "not there any more" in page


def test_what_another_holds_is_taken_over_with_a_reason(maria, people, three):
    assert 'data-told="Omar holds this until' in maria.get(QUEUE).content.decode()
    answer = maria.post(reverse("queue_take_over"), {"ids": [three[0].id], "words": " "}, follow=True)
    assert "Say in a few words" in answer.content.decode()
    maria.post(reverse("queue_take_over"), {"ids": [three[0].id], "words": "He is ill."})
    assert Review.objects.get(id=three[0].id).claimed_by == people.maria


def test_ones_own_claim_is_released_from_the_row(maria, people, three):
    services.claim(review_id=three[1].id, person=people.maria)
    page = maria.get(QUEUE).content.decode()
    assert 'name="claim" value="release"' in page
    assert "You hold this until" in page


def test_an_open_page_says_whose_it_is(maria, browse, people, three, now):
    hold = reverse("queue_hold", args=[three[0].id])
    assert "Omar took this over" in maria.post(hold).content.decode()
    assert "Claimed by you, 19 min" in browse(as_=people.omar).post(hold).content.decode()
    services.release(review_id=three[0].id, person=people.omar)
    assert "Your claim ran out" in browse(as_=people.omar).post(hold).content.decode()


def test_who_is_not_at_the_desk_gives_takes_and_holds_nothing(browse, person, three):
    stranger = browse(as_=person("Nora", "reviewer"))
    stranger.post(reverse("queue_give"), {"ids": [three[1].id], "to": "nobody"})
    stranger.post(reverse("queue_take_over"), {"ids": [three[0].id], "words": "Mine."})
    assert stranger.post(reverse("queue_hold", args=[three[0].id])).status_code == 404
    assert Review.objects.get(id=three[0].id).claimed_by.name == "Omar"


def test_what_was_approved_together_is_taken_back_together(maria, people, desk, run):
    desk.undo_seconds = 60
    desk.save()
    routine = [Reason("always_reviewed", "Always.").as_json()]
    both = [ask_about(waiting, propose(waiting, reasons=routine)) for waiting in (run(), run())]
    form = {"ids": [one.id for one in both], **{f"digest-{one.id}": one.digest for one in both}}
    page = maria.post(reverse("queue_bulk_approve"), form).content.decode()
    assert "Undo all 2" in page
    assert "data-countdown>60" in page
    page = maria.post(reverse("queue_bulk_undo"), {"ids": form["ids"]}, follow=True).content.decode()
    assert "2 taken back" in page
    assert Review.objects.filter(closed_at=None).count() == 2


def test_nothing_new_is_not_told_again(maria, review, now):
    review()
    since = {"since": (now.replace(year=2020)).isoformat()}
    assert b"1 new item" in maria.get(reverse("queue_arrived"), since).content
    assert maria.get(reverse("queue_arrived"), {**since, "known": "1"}).status_code == 204


def test_what_is_at_risk_says_so_in_words_and_what_is_late_by_how_much(maria, review, now):
    risky, late = review(), review()
    Review.objects.filter(id=risky.id).update(risk_at=now, sort_at=now)
    past = now - timedelta(hours=3)
    Review.objects.filter(id=late.id).update(risk_at=past, due_at=past, sort_at=past)
    page = maria.get(QUEUE).content.decode()
    assert "in 7 h, at risk" in page
    assert "3 h late" in page


def test_what_is_dangerous_is_never_approved_from_its_row(maria, run):
    waiting = run()
    hidden = Reason("hidden_text", "There is text nobody can see.")
    one = ask_about(waiting, propose(waiting, reasons=[]), reasons=(hidden,))
    assert reverse("review_decide", args=[one.id]) not in maria.get(QUEUE).content.decode()
    page = maria.post(reverse("queue_bulk"), {"ids": [one.id]}).content.decode()
    assert "it needs a look of its own" in page
