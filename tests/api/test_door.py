"""The door of the API: who gets in, how often, with how much; and that whatever goes wrong is a problem."""

import logging
from datetime import timedelta

import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from agentops.api import door, runs
from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.core.tokens.services import revoke_token
from tools_registry import limits

from .conftest import problem

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-7000-8000-000000000000"
# Every operation with the scope it needs; written by hand, and held complete below.
OPERATIONS = [
    ("GET", "/runs", "runs:read"),
    ("POST", "/runs", "runs:start"),
    ("POST", "/runs/batch", "runs:start"),
    ("GET", f"/runs/{NOWHERE}", "runs:read"),
    ("GET", f"/runs/{NOWHERE}/events", "runs:read"),
    ("POST", f"/runs/{NOWHERE}/cancel", "runs:cancel"),
    ("POST", f"/runs/{NOWHERE}/messages", "runs:start"),
    ("GET", "/reviews", "reviews:read"),
    ("GET", f"/reviews/{NOWHERE}", "reviews:read"),
]


def test_without_a_token_nothing_opens_and_nothing_is_read(stranger):
    for method, path, _ in OPERATIONS:
        answer = stranger.method(method, path)
        problem(answer, 401, "token_missing")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    problem(stranger.get("/nothing/here"), 401, "token_missing")


@pytest.mark.parametrize("shown", ["Basic YTpi", "Bearer", "Bearer agops_nonsense", "Bearer \u00fc", "agops_x"])
def test_what_is_no_token_opens_nothing(stranger, shown):
    answer = stranger.client.get("/api/v1/runs", headers={"Authorization": shown})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_session_opens_nothing_and_no_cookie_is_set(person):
    client = Client(raise_request_exception=False)
    client.force_login(person(Role.OPERATOR), backend="agentops.core.backends.PersonBackend")
    answer = client.get("/api/v1/runs")
    problem(answer, 401, "token_missing")
    assert not answer.cookies


def test_a_revoked_and_an_expired_token_and_one_of_somebody_blocked_open_nothing(program, monkeypatch):
    revoked, expired, blocked = program(), program(), program()
    revoke_token(token_id=revoked.token.pk, by=Actor.system("test"), now=timezone.now())
    User.objects.filter(pk=blocked.owner.pk).update(is_active=False)
    problem(revoked.get("/runs"), 401, "token_revoked")
    problem(blocked.get("/runs"), 401, "owner_inactive")
    assert expired.get("/runs").status_code == 200
    monkeypatch.setattr("agentops.api.door.database_time", lambda: timezone.now() + timedelta(days=31))
    problem(expired.get("/runs"), 401, "token_expired")


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_each_operation_asks_for_its_scope(program, method, path, scope):
    every = {"runs:start", "runs:read", "runs:cancel", "reviews:read"}
    told = problem(program(*(every - {scope})).method(method, path), 403, "scope_missing")
    assert scope in told["detail"]
    with_it = program(scope).method(method, path).status_code
    assert with_it in (200, 404, 415), with_it


def test_the_table_of_operations_is_complete_and_none_of_them_decides(stranger):
    paths = stranger.get("/openapi.json").json()["paths"]
    there = {(method.upper(), path.removeprefix("/api/v1")) for path, methods in paths.items() for method in methods}
    named = {"run_id": NOWHERE, "review_id": NOWHERE}
    assert {(method, path.format(**named)) for method, path in there} == {(m, p) for m, p, _ in OPERATIONS}
    assert {path for method, path in there if method != "GET"} == {
        *("/runs", "/runs/batch", "/runs/{run_id}/cancel", "/runs/{run_id}/messages"),
    }


def test_no_method_of_any_review_address_changes_anything(program):
    client = program()
    for path in ("/reviews", f"/reviews/{NOWHERE}", f"/reviews/{NOWHERE}/decide", f"/reviews/{NOWHERE}/decision"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.method(method, path).status_code in (404, 405)


def test_the_pages_where_people_decide_know_no_token(program):
    client = program().client
    for path in (f"/reviews/{NOWHERE}/decide/", f"/reviews/{NOWHERE}/"):
        assert client.get(path).status_code in (302, 404, 405)
        assert client.post(path).status_code in (302, 403, 404, 405)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing/here", 404, "not_found"),
        ("POST", "/", 404, "not_found"),
        ("GET", "/runs/R-1", 404, "not_found"),
        ("DELETE", "/runs", 405, "method_not_allowed"),
        ("OPTIONS", "/runs", 405, "method_not_allowed"),
        ("POST", "/runs", 415, "unsupported_media_type"),
        ("GET", "/runs?limit=0", 422, "invalid"),
        ("GET", "/runs?nonsense=1", 422, "invalid"),
        ("GET", "/runs?cursor=nonsense", 422, "bad_cursor"),
        ("GET", "/runs?agent=%00", 400, "bad_request"),
    ],
)
def test_whatever_is_wrong_is_a_problem_and_never_a_page(program, method, path, status, code):
    answer = program().method(method, path)
    problem(answer, status, code)
    assert "Access-Control-Allow-Origin" not in answer
    if status == 405:
        assert "GET" in answer["Allow"]


def test_a_fault_of_ours_is_a_problem_without_a_trace_of_itself(program, monkeypatch, settings):
    def broken(user):
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(runs, "runs_visible_to", broken)
    client = program()
    for debug in (False, True):
        settings.DEBUG = debug
        answer = client.get("/runs")
        problem(answer, 500, "server_error")
        assert b"secret reason" not in answer.content


def test_a_database_that_is_away_is_a_problem_too(program, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection refused on port 5432")

    client = program()
    monkeypatch.setattr(door, "checked", away)
    answer = client.get("/runs")
    problem(answer, 503, "unavailable")
    assert answer["Retry-After"]
    assert b"5432" not in answer.content


def test_an_unknown_host_is_a_problem(program):
    answer = program().client.get("/api/v1/runs", headers={"Host": "evil.example"})
    problem(answer, 400, "bad_request")


def test_what_is_too_large_is_refused_before_it_is_read(program, settings):
    settings.API_BODY_MB = 1
    client = program()
    problem(client.send("/runs", {"file": SimpleUploadedFile("a.pdf", b"x" * 1_100_000)}), 413, "too_large")
    long = client.client.post("/api/v1/runs", b'{"a":"' + b"x" * 300_000 + b'"}', "application/json")
    problem(long, 413, "too_large")
    chunked = client.client.generic("POST", "/api/v1/runs", b"", headers={"Transfer-Encoding": "chunked"})
    assert chunked.status_code in (411, 415)


def test_over_http_the_token_is_refused_where_https_is_the_rule(program, settings):
    client = program()
    settings.SECURE_SSL_REDIRECT = True
    problem(client.get("/runs"), 403, "not_allowed")
    assert client.client.get("/api/v1/runs", secure=True).status_code == 200


def test_a_token_is_told_what_is_left_and_stopped_at_its_limit(program, settings):
    settings.API_RATE_TOKEN, settings.API_RATE_USER = 3, 100
    client = program()
    first = client.get("/runs")
    assert first["RateLimit-Policy"] == '"token";q=3;w=60, "user";q=100;w=60'
    assert first["RateLimit"].startswith('"token";r=2;t=')
    assert [client.get("/runs").status_code for _ in range(3)] == [200, 200, 429]
    stopped = client.get("/runs")
    problem(stopped, 429, "too_many_requests")
    assert 1 <= int(stopped["Retry-After"]) <= 60
    assert '"token";r=0' in stopped["RateLimit"]


def test_all_tokens_of_one_user_share_the_limit_of_the_user(program, service, settings):
    settings.API_RATE_TOKEN, settings.API_RATE_USER = 100, 2
    owner = service()
    one, other = program(owner=owner), program(owner=owner)
    assert [one.get("/runs").status_code, other.get("/runs").status_code, one.get("/runs").status_code] == [
        200,
        200,
        429,
    ]
    assert program().get("/runs").status_code == 200


def test_a_minute_later_it_goes_on_and_what_was_refused_did_not_count(monkeypatch):
    mine = [limits.Limit("token", "token:clock", 4)]
    at = 1_000_000 * 60.0
    assert [limits.take(mine, clock=lambda: at).passed for _ in range(6)] == [True] * 4 + [False] * 2
    assert not limits.take(mine, clock=lambda: at + 60).passed
    assert limits.take(mine, clock=lambda: at + 90).passed  # half of the last minute's four count still
    assert limits.take(mine, clock=lambda: at + 180).passed


def test_without_redis_each_process_counts_its_share_and_goes_on(program, settings, monkeypatch):
    class Away:
        def eval(self, *args):
            raise redis.ConnectionError

    monkeypatch.setattr(limits, "redis_client", Away)
    settings.API_RATE_TOKEN, settings.WEB_PROCESSES = 4, 2
    client = program()
    assert [client.get("/runs").status_code for _ in range(3)] == [200, 200, 429]


def test_the_log_names_the_token_by_its_beginning_and_the_run_and_never_the_token(program, lying, caplog):
    client = program()
    run = lying(client.owner)
    with caplog.at_level(logging.INFO, "agentops.api.door"):
        client.get(f"/runs/{run.pk}")
    (line,) = [record for record in caplog.records if record.name == "agentops.api.door"]
    assert (line.token_prefix, line.run, line.outcome) == (client.token.prefix, str(run.pk), 200)
    assert client.secret not in str(vars(line))


def test_what_leaves_the_api_is_not_stored_and_carries_the_house_s_headers(program):
    answer = program().get("/runs")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_an_address_that_shows_one_wrong_token_after_the_other_is_told_to_wait(program, settings):
    settings.API_RATE_WRONG, settings.BEHIND_PROXY = 2, True

    def show(secret, address):
        headers = {"authorization": f"Bearer {secret}", "x-forwarded-for": f"127.0.0.1, {address}"}
        return Client().get("/api/v1/runs", headers=headers)

    wrong = [show(f"agops_{number}", "198.51.100.7") for number in range(3)]
    assert [answer.status_code for answer in wrong] == [401, 401, 429]
    problem(wrong[-1], 429, "too_many_requests")
    assert 1 <= int(wrong[-1]["Retry-After"]) <= 60
    assert '"wrong_tokens";r=0' in wrong[-1]["RateLimit"]
    assert show("agops_9", "198.51.100.8").status_code == 401
    good = program("runs:read")
    assert show(good.secret, "198.51.100.7").status_code == 200  # a neighbour's forgotten script costs nobody else
    revoke_token(token_id=good.token.pk, by=Actor.system("test"), now=timezone.now())
    assert show(good.secret, "198.51.100.7").status_code == 429
