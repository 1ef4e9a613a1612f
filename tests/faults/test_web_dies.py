"""The web server dies inside a decision, as a browser sees it: sent again, it is decided once and done once (F3)."""

import os
from collections.abc import Iterator
from itertools import product

import pytest

from bench.fault_agent.driving import PASSWORD, REVIEWER
from bench.fault_agent.web import Browser, CutOff, Web, hidden_fields
from bench.fault_agent.workload import thing
from tests.faults.telling import booked, nothing_is_violated, recover, status_of

MORE = {"approve": {}, "reject": {"code": "fraud"}, "send_back": {"words": "Again.", "code": "other"}}
SAID = {"approve": "Approved", "reject": "Rejected", "send_back": "Sent back"}
KINDS = ("idempotent", "once", "transactional", "askable")
# In an ordinary test run before and after the commit; every decision at every point with FAULTS=all.
SOME = [("approve", "commit", "idempotent"), ("approve", "committed", "once"), ("reject", "committed", "transactional")]
ALL = [
    (verb, point, KINDS[number % len(KINDS)])
    for number, (verb, point) in enumerate(product(MORE, ("begin", "commit", "committed")))
]
DECISIONS = "SELECT count(*) FROM reviews_decision d JOIN reviews_review w ON w.id = d.review_id JOIN runs_run r ON "
DECISIONS += "r.id = w.run_id WHERE r.request_key = %s"
TRAIL = "SELECT count(*) FROM audit_entry e JOIN runs_run r ON e.stream = 'run:' || r.id "
TRAIL += "WHERE r.request_key = %s AND e.action = 'review.decided'"


@pytest.fixture(scope="module")
def a_web(the_house) -> Web:
    return Web(the_house)


@pytest.fixture
def web(a_web: Web) -> Iterator[Web]:
    yield a_web
    a_web.kill()


@pytest.mark.parametrize(("verb", "point", "kind"), ALL if os.environ.get("FAULTS") == "all" else SOME)
def test_a_decision_sent_to_a_web_server_that_dies_is_taken_once_when_it_is_sent_again(house, web, verb, point, kind):
    what = f"web-{verb}-{point}"
    worker = house.worker()
    house.submit([thing(what, kind, amount="12000.00")])
    house.wait(lambda: status_of(house, what) == ("awaiting", "review"), 15, "it does not wait")
    house.kill(worker)
    ((review,),) = house.rows(
        "SELECT w.id FROM reviews_review w JOIN runs_run r ON r.id = w.run_id WHERE r.request_key = %s", what
    )

    web.start(fault=f"review.{verb}.{point}:kill")
    browser = Browser(web)
    browser.sign_in(REVIEWER, PASSWORD)
    page = browser.open(f"/reviews/{review}/")
    assert page.status == 200
    decide = f"/reviews/{review}/decide/"
    form = {**hidden_fields(page.text, decide), "decision": verb, **MORE[verb]}
    assert form["csrfmiddlewaretoken"]
    assert form["request_key"]
    with pytest.raises(CutOff):
        browser.open(decide, form)
    assert house.count(DECISIONS, what) == (1 if point == "committed" else 0)
    web.kill()

    web.start()
    after = browser.open(decide, form)  # the browser's "send again": the same session, the same form
    assert after.status == 200
    assert f"/reviews/{review}/decide/" not in after.url  # on to the queue or the next review, as ever
    assert SAID[verb] in after.text
    again = browser.open(decide, form)  # and once more, by a double click
    assert again.status == 200
    assert house.count(DECISIONS, what) == house.count(TRAIL, what) == 1
    closed = browser.open(f"/reviews/{review}/").text
    assert "Closed. Nothing left to do here." in closed
    assert f'action="{decide}"' not in closed

    recover(house)
    happens = verb != "reject"
    assert status_of(house, what)[0] == ("completed" if happens else "rejected")
    effects = "SELECT count(*) FROM runs_effect e JOIN runs_run r ON r.id = e.run_id WHERE r.request_key = %s"
    own = house.count("SELECT count(*) FROM fault_own WHERE reference = %s", what)
    assert house.count(effects, what) == own + booked(house, what) == int(happens)
    nothing_is_violated(house)
