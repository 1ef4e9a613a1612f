"""The client against servers that dawdle, lie, break and flood: it comes back in time."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.tools_registry.http.bad_server import answers, drips, hangs_up, is_silent, says
from tools_registry.http.retry_after import seconds_of
from tools_registry.results import ToolFailed, ToolRefused

CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


def failure(http, server, path: str = "/", method: str = "GET", **options) -> ToolFailed:
    with pytest.raises(ToolFailed) as caught:
        http.request(method, server.url + path, **options)
    return caught.value


def test_an_answer_comes_back_whole(http, server):
    server.will(answers(200, b'{"found": "7"}', content_type="application/json"))
    answer = http.get(server.url + "/orders", params={"number": "4 5"})
    assert (answer.status, answer.json(), answer.text) == (200, {"found": "7"}, '{"found": "7"}')
    assert server.requests[0].startswith(b"GET /orders?number=4+5 HTTP/1.1\r\n")
    assert b"accept-encoding: identity" in server.requests[0]


def test_an_effect_carries_the_call_s_key_and_a_read_does_not(http, server, call):
    server.will(answers(201))
    http.post(server.url + "/pay", json={"amount": "1.00"})
    assert call.has_sent
    call.has_sent = False
    http.get(server.url)
    assert not call.has_sent
    assert b"idempotency-key: run:1:1" in server.requests[0]
    assert server.requests[0].endswith(b'{"amount":"1.00"}')
    assert b"idempotency-key" not in server.requests[1]


# --- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour",
    [
        is_silent,
        drips(b"", b"H"),
        drips(b"HTTP/1.1 200 OK\r\nx: ", b"x"),
        drips(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"),
        drips(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"),
        drips(b"HTTP/1.1 200 OK\r\n\r\n"),
        drips(CHUNKED, b"1\r\nx\r\n"),
        drips(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;", b"x"),
        drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_a_server_that_dawdles_is_left_at_the_deadline(behaviour, http, server):
    server.will(behaviour)
    began = time.monotonic()
    error = failure(http, server)
    assert error.code in ("timeout", "broken_answer")
    assert not error.certain
    assert time.monotonic() - began < 10


def test_a_server_that_takes_the_request_slowly_is_left_at_the_deadline(http, server):
    began = time.monotonic()
    server.will(is_silent)
    error = failure(http, server, method="POST", content=b"x" * 50_000_000)
    assert (error.code, error.certain) == ("timeout", False)
    assert time.monotonic() - began < 10


def test_no_request_is_begun_after_the_deadline(http, server, call):
    call.deadline = time.monotonic() - 1
    error = failure(http, server)
    assert (error.code, error.certain, server.requests) == ("timeout", True, [])


# --- size and shape ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour",
    [
        answers(200, b"", content_length="10000000000"),
        answers(200, b"x" * 100_001),
        drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 50_000, every=0),
        drips(CHUNKED, b"c350\r\n" + b"x" * 50_000 + b"\r\n", every=0),
    ],
)
def test_an_answer_without_end_is_cut_off(behaviour, http, server):
    server.will(behaviour)
    error = failure(http, server)
    assert (error.code, error.certain, error.retry) == ("answer_too_large", False, False)


@pytest.mark.parametrize(
    "behaviour",
    [
        hangs_up,
        says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive!"),
        says(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"),
        says(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx"),
        says(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
        answers(200, b"", content_length="9" * 30),
        says(b"HTTP/1.1 OK\r\n\r\n"),
        says(b"SSH-2.0-OpenSSH_9\r\n"),
        says(b"\x00" * 200_000),
        answers(200, b"\x1f\x8b", content_encoding="gzip"),
    ],
)
def test_a_broken_answer_leaves_it_open_what_happened(behaviour, http, server):
    server.will(behaviour)
    error = failure(http, server, method="POST")
    assert (error.code, error.certain) == ("broken_answer", False)


def test_bytes_after_the_answer_belong_to_nobody(http, server):
    server.will(says(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 500 Evil\r\n\r\n"))
    assert http.get(server.url).body == b"{}"
    assert http.get(server.url).body == b"{}"  # on a connection of its own
    assert len(server.requests) == 2


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":', b"\xff", b"[" * 50_000])
def test_garbage_instead_of_json_leaves_it_open_what_happened(body, http, server):
    server.will(answers(200, body))
    with pytest.raises(ToolFailed) as caught:
        http.post(server.url).json()
    assert (caught.value.code, caught.value.certain) == ("garbage_answer", False)


# --- statuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422, 451])
def test_a_4xx_is_a_no(status, http, server):
    server.will(answers(status, b"no such vendor"))
    with pytest.raises(ToolRefused) as caught:
        http.post(server.url)
    assert caught.value.code == f"http_{status}"
    assert "no such vendor" in caught.value.message


def test_a_status_the_tool_expects_is_an_answer(http, server):
    server.will(answers(404, b"none"))
    assert http.get(server.url, accept=(404,)).status == 404


@pytest.mark.parametrize(
    ("status", "code", "certain"),
    [
        (408, "http_408", True),
        (429, "rate_limited", True),
        (500, "http_500", False),
        (502, "http_502", False),
        (503, "http_503", False),
        (599, "http_599", False),
    ],
)
def test_a_failure_says_whether_it_may_have_happened(status, code, certain, http, server):
    server.will(answers(status, retry_after="7"))
    error = failure(http, server, method="POST")
    assert (error.code, error.certain, error.retry_after) == (code, certain, 7.0)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0", 0), ("99999999999999999999", 86400), ("-1", None), ("soon", None), ("", None), 
     ("1.5", None), ("²", None), ("Wed, 99 Foo 2026", None), ("Wed, 01 Jan 2020 00:00:00 GMT", 0)],
)  # fmt: skip
def test_retry_after_is_read_with_care(header, seconds):
    assert seconds_of(header) == seconds


def test_retry_after_may_be_a_date():
    at = datetime.now(UTC) + timedelta(seconds=30)
    assert 27 < (seconds_of(format_datetime(at)) or 0) <= 30


# --- places -----------------------------------------------------------------------------------------


def test_nobody_there_is_certain(http, server):
    server.stop()
    error = failure(http, server, method="POST")
    assert (error.code, error.certain) == ("unreachable", True)


def test_a_redirect_within_the_place_is_followed_for_reads(http, server):
    server.will(answers(302, location="/new"), answers(200, b"here"))
    assert http.get(server.url + "/old").body == b"here"
    assert server.requests[1].startswith(b"GET /new ")


def test_a_redirect_in_circles_ends(http, server):
    server.will(answers(302, location="/"))
    assert failure(http, server).code == "redirected"
    assert len(server.requests) == 4


@pytest.mark.parametrize("location", ["http://127.0.0.1:1/", "https://example.org/", "//example.org/", "file:///etc"])
def test_a_redirect_elsewhere_is_not_followed(location, http, server):
    server.will(answers(302, location=location))
    with pytest.raises((ToolFailed, ToolRefused)) as caught:
        http.get(server.url)
    assert caught.value.code in ("redirected", "place_not_allowed")
    assert len(server.requests) == 1


def test_an_effect_is_never_redirected(http, server):
    server.will(answers(307, location="/elsewhere"))
    error = failure(http, server, method="POST")
    assert (error.code, error.certain, error.retry) == ("redirected", False, False)


def test_a_header_cannot_smuggle_a_second_request(http, server):
    with pytest.raises(ToolRefused, match="cannot be sent"):
        http.get(server.url, headers={"x-name": "a\r\nhost: evil"})
