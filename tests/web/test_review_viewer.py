"""The review page beside its document: words to search and pick, states of values, the piece of the page, the diff."""
# ruff: noqa: F811 - fixtures are named as what they make

import re

import pytest
from django.urls import reverse

from agentops.web.documents.finding import hits_in
from agentops.web.reviews.picking import places_in
from agentops.web.reviews.states import BY_PERSON, CHECKED, FAILED, NEEDS_YOU, state_of
from reviews.models import Decision
from runs import steering
from runs.agents import ShownWord
from runs.models import Proposal
from tests.reviews.conftest import (  # noqa: F401 - fixtures
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
from tests.web.test_review import address, maria, page, say  # noqa: F401 - fixtures

SHA = "cd" * 32
WORDS = {1: [("Invoice", 0.1), ("F-1", 0.2), ("Strasse", 0.4)], 2: [("Total", 0.1), ("1.234,00", 0.2), ("EUR", 0.3)]}
EVIL = "<b>\u202ex</b>"


@pytest.fixture
def paper(filer, settings, tmp_path):
    """The filer reads a document of two pages; `reads` counts how often."""
    settings.DATA_DIR = tmp_path
    reads = []

    def page_words(sha256):
        reads.append(sha256)
        found = {page: [ShownWord(text, (x, 0.1, x + 0.08, 0.12)) for text, x in row] for page, row in WORDS.items()}
        found[1].append(ShownWord(EVIL, (0.6, 0.1, 0.7, 0.12)))
        return found

    filer.page_words = page_words
    filer.subject = lambda run_id: {
        "document": {"sha256": SHA, "name": "F-1.pdf", "pages": [[595, 842], [595, 842]]},
        "fields": [
            {"name": "name", "label": "Name", "value": "F-1", "page": 1, "box": [0.2, 0.1, 0.28, 0.12]},
            {"name": "amount", "label": "Amount", "value": "120.00", "kind": "money", "currency": "EUR", "page": 2,
             "box": [0.2, 0.1, 0.28, 0.12]},
        ],
    }  # fmt: skip
    return reads


@pytest.fixture
def waiting(run, paper):
    made = run(document=SHA)
    return ask_about(made, propose(made))


def test_words_are_for_those_who_may_see_the_document_and_are_read_once(maria, browse, person, waiting, paper):
    url = reverse("documents:words", args=[SHA, 1])
    first = maria.get(url)
    assert first.json()["words"][:2] == [["Invoice", 1000, 1000, 1800, 1200], ["F-1", 2000, 1000, 2800, 1200]]
    assert first.json()["words"][-1][0] == EVIL  # text, which the page never takes for markup
    assert first["Content-Type"] == "application/json"
    assert maria.get(reverse("documents:words", args=[SHA, 9])).json() == {"words": []}
    assert paper == [SHA]
    stranger = browse(as_=person("Nora", "reviewer"))
    assert stranger.get(url).status_code == 404
    assert stranger.get(reverse("documents:find", args=[SHA]), {"q": "total"}).status_code == 404


def test_a_search_runs_over_words_cases_and_accents(maria, waiting):
    found = maria.get(reverse("documents:find", args=[SHA]), {"q": "TOTAL 1.234"}).json()["hits"]
    assert [hit[:2] for hit in found] == [[1, 2], [1, 2]]
    pages = {"1": [["Straße", 0, 0, 1, 1], ["Café", 2, 0, 3, 1]], "2": [["cafe", 0, 0, 1, 1]]}
    assert [(hit.number, hit.page) for hit in hits_in(pages, "CAFÉ")] == [(1, 1), (2, 2)]
    assert [hit.number for hit in hits_in(pages, "strasse cafe")] == [1, 1]
    assert hits_in(pages, "a") == []
    assert hits_in({}, "total") == []


def test_without_a_script_what_is_found_is_lit_on_the_page(maria, waiting):
    told = page(maria, waiting, find="1.234,00")
    assert "1 found" in told
    assert told.count('class="hit"') == 1
    assert 'value="1.234,00"' in told
    assert "0 found" in page(maria, waiting, find="nowhere")


def test_each_value_has_the_piece_of_its_page_below_it(maria, waiting):
    told = page(maria, waiting)
    crops = re.findall(r'<svg class="crop" viewBox="(\d+ \d+ \d+ \d+)"', told)
    assert len(crops) == 2
    assert all(int(part) >= 0 for crop in crops for part in crop.split())
    assert told.count(f"/documents/{SHA}/pages/2/") >= 2


@pytest.mark.parametrize(
    ("state", "row", "expected"),
    [
        ("ok", {"value": "1", "confidence": 0.9}, CHECKED),
        ("ok", {"value": "1", "confidence": 0.4}, NEEDS_YOU),
        ("ok", {"value": "1", "confidence": 0.4, "source": {"kind": "person"}}, BY_PERSON),
        ("warn", {"value": "1", "source": {"kind": "person"}}, FAILED),
        ("bad", {}, FAILED),
        ("none", {"value": None, "confidence": 0.0}, CHECKED),
    ],
)
def test_a_value_has_one_of_four_states(state, row, expected):
    assert state_of(state, row) is expected


def test_states_are_told_in_words_and_only_what_needs_a_person_is_a_stop(maria, run):
    made = run()
    fields = [
        {"name": "name", "label": "Name", "value": "F-1", "state": "ok", "confidence": 0.99},
        {"name": "amount", "label": "Amount", "value": "120.00", "state": "ok", "confidence": 0.2},
    ]
    told = page(maria, ask_about(made, propose(made, body={"fields": fields, "facts": {"checks": []}})))
    assert re.findall(r'data-field="(\w+)"[^>]*data-needs', told) == ["amount"]
    assert "Needs you" in told
    assert "Checked" in told


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2,0.1,0.2,0.3,0.4", {"page": 2, "box": [0.1, 0.2, 0.3, 0.4]}),
        ("0,0.1,0.2,0.3,0.4", None),
        ("1,0.1,0.2,0.3,4", None),
        ("1,nan,0,0,0", None),
        ("1,0.1,0.2", None),
        ("<b>", None),
    ],
)
def test_a_picked_place_is_a_page_and_a_box_or_nothing(text, place):
    assert places_in({"picked.edit.amount": text}) == ({"edit.amount": place} if place else {})


def test_where_values_were_picked_is_kept_with_the_decision_and_told_to_the_planner(maria, waiting, monkeypatch):
    told = []
    monkeypatch.setattr(steering, "send_back", lambda run, proposal, **how: told.append(how["instruction"]))
    picked = {"comment.amount": "130.00", "picked.comment.amount": "2,0.2,0.1,0.28,0.12", "picked.comment.name": "1,x"}
    assert say(maria, waiting, "send_back", code="read_again", **picked).status_code == 302
    assert told[0].places == {"amount": {"page": 2, "box": [0.2, 0.1, 0.28, 0.12]}}
    assert Decision.objects.get().seen["picked"] == {"comment.amount": {"page": 2, "box": [0.2, 0.1, 0.28, 0.12]}}


def test_comments_on_several_values_go_back_as_one_message(maria, waiting, monkeypatch):
    told = []
    monkeypatch.setattr(steering, "send_back", lambda run, proposal, **how: told.append(how["instruction"]))
    notes = {"note.name": "Not\nthis one.", "note.amount": "It is last year's.", "words": "Look again."}
    assert 'name="note.amount"' in page(maria, waiting)
    assert say(maria, waiting, "send_back", code="other", **notes).status_code == 302
    assert told[0].words.splitlines() == ["Look again.", "Name: Not this one.", "Amount: It is last year's."]
    assert told[0].fields == {}


def test_an_edit_is_shown_as_a_diff_judged_again_and_forgotten(maria, waiting, monkeypatch):
    def amend(run, proposal, *, edits, editor, now):
        Proposal.objects.filter(id=proposal.id).update(state="superseded", closed_at=now)
        return propose(run, 2, args={"name": "F-2", "amount": "120.00"}, signatures=2, authors=[editor.id])

    monkeypatch.setattr(steering, "amend_proposal", amend)
    form = {"digest": waiting.digest, "edit.name": "F-2", "edit.amount": "120.00"}
    told = maria.post(address(waiting, "review_preview"), form).text
    assert re.search(r"Name</bdi></b> <del><bdi>F-1</bdi></del> <ins><bdi>F-2", told)
    assert "2 signatures are needed" in told
    assert Proposal.objects.get().state == "open"
    assert not Decision.objects.exists()
    assert maria.post(address(waiting, "review_preview"), {"digest": waiting.digest}).text.strip() == ""


def test_without_a_script_the_diff_comes_first_and_the_second_press_signs_it(maria, waiting, monkeypatch):
    def amend(run, proposal, *, edits, editor, now):
        Proposal.objects.filter(id=proposal.id).update(state="superseded", closed_at=now)
        return propose(run, 2, args={"name": "F-2", "amount": "120.00"}, authors=[editor.id])

    monkeypatch.setattr(steering, "amend_proposal", amend)
    edit = {"recap": "shown", "edit.name": "F-2", "edit.amount": "120.00"}
    first = say(maria, waiting, "edit_approve", **edit)
    assert first.status_code == 200
    assert "again to sign exactly this" in first.text
    assert not Decision.objects.exists()
    seen = re.search(r'name="confirmed" value="(\w+)"', first.text).group(1)
    other = say(maria, waiting, "edit_approve", **{**edit, "edit.name": "F-3", "confirmed": seen})
    assert other.status_code == 200  # these edits were not seen
    assert say(maria, waiting, "edit_approve", **edit, confirmed=seen).status_code == 302
    assert Decision.objects.get().verdict == "edit"


def test_the_queue_is_asked_for_what_is_like_it(maria, review):
    told = page(maria, review())
    assert "party=vendor%3A70014" in told
    assert "reason=amount_over_limit" in told
