"""People decide while processes die, at once, twice, on something old, and while the effect is about to happen
(F3, F14 to F18)."""

import signal
import time
from collections import Counter

import pytest

from bench.fault_agent.driving import CONTROLLER, OTHER, REVIEWER
from bench.fault_agent.workload import thing
from tests.faults.telling import booked, nothing_is_violated, recover, status_of

KINDS = ("transactional", "idempotent", "askable", "once")


def waiting(house, what, kind="transactional", **more):
    """A run whose proposal waits for people; nobody is at the desk."""
    house.submit([thing(what, kind, **{"amount": "12000.00", **more})])
    house.wait(lambda: status_of(house, what) == ("awaiting", "review"), 15, f"{what} does not wait")


def begin_slowly(house, point="effect.intent.begin", seconds=1.0, threads=2):
    """A worker that falls asleep just there."""
    worker = house.worker({"points": [point, "effect.transactional.begin"], "does": str(seconds)}, threads=threads)
    return worker


def asleep(house, worker):
    house.wait(lambda: [note for note in house.fired() if note["pid"] == worker], 15, "it did not get there")


# --- F3: whoever takes the decision dies ---------------------------------------------------------------


@pytest.mark.parametrize("point", ["begin", "commit", "committed"])
@pytest.mark.parametrize("verb", ["approve", "reject", "send_back"])
def test_a_decision_whose_process_dies_is_answered_when_it_is_sent_again(house, verb, point):
    what, name = f"f3-{verb}-{point}", f"review.{verb}.{point}"
    house.worker()
    waiting(house, what)
    more = {"approve": {}, "reject": {"code": "fraud"}, "send_back": {"words": "Again."}}[verb]
    _, pid = house.begin("decide_this", what, verb, key=what, arms={"points": [name]}, **more)
    assert house.died(pid) == -signal.SIGKILL
    decided = "SELECT count(*) FROM reviews_decision WHERE request_key = %s"
    assert house.count(decided, what) == (1 if point == "committed" else 0)
    verdict, decision = house.ask("decide_this", what, verb, key=what, **more)
    assert verdict == verb
    assert house.ask("decide_this", what, verb, key=what, **more) == [verdict, decision]
    assert house.count(decided, what) == 1


def test_a_request_for_a_run_whose_process_dies_is_made_again_and_starts_one_run(house):
    for point in ("run.start.begin", "run.start.committed"):
        _, pid = house.begin("submit", [thing(point, "transactional")], arms={"points": [point]})
        assert house.died(pid) == -signal.SIGKILL
        first = house.submit([thing(point, "transactional")])
        assert house.submit([thing(point, "transactional")]) == first


@pytest.mark.parametrize("point", ["run.cancel.commit", "run.cancel.committed"])
def test_a_cancellation_whose_process_dies_is_all_or_nothing(house, point):
    house.worker()
    waiting(house, point)
    _, pid = house.begin("cancel", point, arms={"points": [point]})
    assert house.died(pid) == -signal.SIGKILL
    assert house.ask("cancel", point) == ("ended" if point.endswith("committed") else "cancelled")


def test_a_cancelled_run_with_something_in_the_air_ends_once_that_is_known(house):
    house.ticker()
    house.worker()
    house.submit([thing("in-the-air", "once", trouble="lose")])
    house.wait(lambda: status_of(house, "in-the-air") == ("awaiting", "review"), 15, "nobody is asked")
    assert house.ask("cancel", "in-the-air") == "awaiting"
    recover(house)
    assert status_of(house, "in-the-air")[0] == "cancelled"
    effect = "SELECT e.status FROM runs_effect e JOIN runs_run r ON r.id = e.run_id WHERE r.request_key = 'in-the-air'"
    assert house.rows(effect) == [("confirmed",)]
    assert booked(house, "in-the-air") == 1


# --- F14, F15, F16: several at once --------------------------------------------------------------------


def test_of_eight_decisions_at_once_one_wins(house):
    house.worker()
    for number in range(3):
        what = f"f14-{number}"
        waiting(house, what, KINDS[number])
        at = time.time() + 0.5
        asked = [
            house.begin("decide_this", what, verb, by, at=at, **more)[0]
            for by in (REVIEWER, OTHER, CONTROLLER)
            for verb, more in (("approve", {}), ("reject", {"code": "fraud"}), ("send_back", {"words": "Again."}))
        ]
        kinds = Counter(house.answer(number_)[0] for number_ in asked)
        won = sum(kinds[verb] for verb in ("approve", "reject", "send_back"))
        assert won == 1, kinds
        assert set(kinds) <= {"approve", "reject", "send_back", "ReviewClosed", "ProposalChanged"}


def test_a_decision_on_what_is_no_longer_there_is_refused(house):
    house.worker()
    waiting(house, "f15", "transactional")
    old = house.ask("digest_of", "f15")
    verdict, _ = house.ask("decide_this", "f15", "send_back", words="Again.")
    assert verdict == "send_back"
    house.wait(lambda: house.count("SELECT count(*) FROM runs_proposal p JOIN runs_run r ON r.id = p.run_id "
        "WHERE r.request_key = 'f15' AND p.state = 'open'") == 1, 10, "no second proposal")  # fmt: skip
    refusal, _ = house.ask("decide_this", "f15", "approve", seen=old)
    assert refusal == "ProposalChanged"


def test_one_click_in_four_tabs_is_one_decision_with_the_same_answer(house):
    house.worker()
    waiting(house, "f16", "once")
    at = time.time() + 0.5
    asked = [house.begin("decide_this", "f16", "approve", key="click", at=at)[0] for _ in range(4)]
    answers = [tuple(house.answer(number)) for number in asked]
    assert len(set(answers)) == 1
    assert answers[0][0] == "approve"
    recover(house)
    assert booked(house, "f16") == 1


# --- F17, F18: while the effect is about to happen -------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_tightened_at_the_last_moment_counts(house, kind):
    what, tool = f"f17-{kind}", {"transactional": "fault_own"}.get(kind, f"fault_{kind}")
    worker = begin_slowly(house)
    house.submit([thing(what, kind)])
    asleep(house, worker)
    before = house.ask("set_limit", tool, "50")
    try:
        house.wait(lambda: status_of(house, what) == ("awaiting", "review"), 10, "it was done all the same")
        assert booked(house, what) == 0
    finally:
        house.ask("set_limit", tool, before)
    recover(house)
    assert booked(house, what) == (kind != "transactional")


def test_a_kill_switch_thrown_at_the_last_moment_stops_the_send(house):
    worker = begin_slowly(house, "effect.sending.begin")
    house.submit([thing("f17-switch", "once")])
    asleep(house, worker)
    house.ask("switch", "tool:fault_once", True)
    try:
        house.wait(lambda: status_of(house, "f17-switch") == ("awaiting", "hold"), 10, "it is not held")
        assert booked(house, "f17-switch") == 0
    finally:
        house.ask("switch", "tool:fault_once", False)
    recover(house)
    assert booked(house, "f17-switch") == 1


def test_a_signature_taken_back_while_nothing_fired_counts_and_later_is_refused(house):
    house.worker()
    waiting(house, "f17-revoked", "once")
    house.kill_all("worker")
    house.ask("decide_this", "f17-revoked", "approve")
    assert revoke(house, "f17-revoked") == "revoke"
    assert status_of(house, "f17-revoked") == ("awaiting", "review")
    worker = begin_slowly(house)
    house.ask("decide_this", "f17-revoked", "approve")
    asleep(house, worker)
    assert revoke(house, "f17-revoked") in ("TooLateToTakeBack", "ReviewClosed")
    recover(house)
    assert booked(house, "f17-revoked") == 1


def revoke(house, what):
    """Take the signature back from the last review of this run."""
    return house.ask("decide_this", what, "revoke", words="I was wrong.", at=time.time())[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_signer_who_loses_the_role_before_the_effect_has_signed_nothing(house, kind):
    what = f"f18-{kind}"
    house.worker()
    waiting(house, what, kind)
    house.kill_all("worker")
    worker = begin_slowly(house)
    house.ask("decide_this", what, "approve", OTHER)
    asleep(house, worker)
    house.ask("set_role", OTHER, "reviewer", False)
    try:
        house.wait(lambda: status_of(house, what) == ("awaiting", "review"), 10, "it was done all the same")
        assert booked(house, what) == 0
    finally:
        house.ask("set_role", OTHER, "reviewer", True)
    recover(house)
    assert booked(house, what) == (kind != "transactional")


def test_nothing_of_all_this_is_violated(house):
    recover(house)
    nothing_is_violated(house)
