"""The threads of a worker: who was busy last goes first, nobody is made twice, and nothing is left undone."""

import threading
import time

import pytest

from runs.hands import Hands


def test_one_piece_of_work_after_the_other_is_done_by_the_same_hand():
    hands, who = Hands(4), []
    for _ in range(5):
        done = threading.Event()
        hands.give(lambda done=done: (who.append(threading.current_thread().name), done.set()))
        assert done.wait(30)
        hands.finish()
    assert who == ["run_0"] * 5


def test_the_hand_that_was_busy_last_is_given_the_next():
    hands, who = Hands(2), []
    slow, quick = threading.Event(), threading.Event()
    hands.give(lambda: (slow.wait(30), who.append(threading.current_thread().name)))
    hands.give(lambda: (quick.wait(30), who.append(threading.current_thread().name)))
    quick.set()
    until(lambda: len(who) == 1)
    slow.set()
    hands.finish()
    hands.give(lambda: who.append(threading.current_thread().name))
    hands.finish()
    assert who == ["run_1", "run_0", "run_0"]


def test_more_work_than_hands_waits_and_is_done():
    hands, done, go = Hands(2), [], threading.Event()
    for number in range(6):
        hands.give(lambda number=number: (go.wait(30), done.append((number, threading.current_thread().name))))
    go.set()
    until(lambda: len(done) == 6)
    assert sorted(number for number, _ in done) == list(range(6))
    assert {name for _, name in done} <= {"run_0", "run_1"}


@pytest.mark.parametrize("raised", [ZeroDivisionError, SystemExit])
def test_a_hand_outlives_work_that_fails(raised):
    def fail():
        raise raised

    hands, done = Hands(1), threading.Event()
    hands.give(fail)
    hands.give(done.set)
    assert done.wait(30)


def test_hands_that_are_closed_finish_what_they_have():
    hands, done = Hands(2), []
    for number in range(4):
        hands.give(lambda number=number: done.append((number, threading.current_thread())))
    hands.close()
    assert sorted(number for number, _ in done) == [0, 1, 2, 3]
    assert not any(thread.is_alive() for _, thread in done)


def until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)
