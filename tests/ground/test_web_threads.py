"""The threads of a web process: the one that was busy last gets the next request, and what goes wrong is told."""

import threading

import pytest

from agentops.supervisor.web_threads import LastBusyFirst


def test_one_request_after_the_other_is_answered_by_the_same_thread():
    pool, threads = LastBusyFirst(4), set()
    for _ in range(6):
        threads.add(pool.submit(threading.get_ident).result(10))
        pool.shutdown(wait=True)  # the thread is back
    assert len(threads) == 1


def test_requests_at_the_same_time_have_threads_of_their_own():
    pool, meet = LastBusyFirst(3), threading.Barrier(3)
    found = [pool.submit(lambda: (meet.wait(10), threading.get_ident())[1]) for _ in range(3)]
    assert len({one.result(10) for one in found}) == 3


def test_what_a_request_raises_is_in_its_future_and_ends_no_thread():
    pool = LastBusyFirst(1)
    with pytest.raises(SystemExit):
        pool.submit(exec, "raise SystemExit").result(10)
    assert pool.submit(int, "7").result(10) == 7
