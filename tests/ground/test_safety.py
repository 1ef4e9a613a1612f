"""A production start refuses what is unsafe and says what to set; database and pages are locked."""

import pytest
from django.conf import settings
from django.core.checks import Error
from django.db import connection

from agentops.core.addresses import client_address
from agentops.database import database
from agentops.supervisor import checks
from agentops.supervisor.postgres import APPLICATION

SAFE = {
    "TEST": False,
    "DEMO": False,
    "DEBUG": False,
    "ALLOWED_HOSTS": ["agentops.example"],
    "PUBLIC_URL": "https://agentops.example",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECRET_KEY_GIVEN": True,
    "SECRET_KEY": "s" * 50,
    "AUDIT_MAC_KEY": b"m" * 32,
    "PAYLOAD_KEY": b"p" * 32,
    "REDIS_URL": "unix:///redis.sock",
    "DATABASE_URL": "postgresql://agentops_app@host/agentops",
}


def findings() -> list[Error]:
    rules = (checks.keys_are_there, checks.the_demo_stays_on_this_machine, checks.production_is_locked)
    return [finding for rule in rules for finding in rule()]


def test_a_safe_production_start_has_nothing_against_it(settings):
    for name, value in SAFE.items():
        setattr(settings, name, value)
    assert findings() == []


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"DEBUG": True}, "Unset AGENTOPS_DEBUG."),
        ({"ALLOWED_HOSTS": ["*"]}, "Set AGENTOPS_ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": []}, "Set AGENTOPS_ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "http://agentops.example"}, "Set AGENTOPS_PUBLIC_URL to https://"),
        ({"SESSION_COOKIE_SECURE": False}, "Set AGENTOPS_PUBLIC_URL to https://"),
        ({"SECRET_KEY": "short"}, "Set AGENTOPS_SECRET_KEY"),
        ({"SECRET_KEY_GIVEN": False}, "Set AGENTOPS_SECRET_KEY"),
        ({"AUDIT_MAC_KEY": b""}, "Set AGENTOPS_AUDIT_MAC_KEY"),
        ({"PAYLOAD_KEY": b""}, "Set AGENTOPS_PAYLOAD_KEY"),
        ({"REDIS_URL": ""}, "Set REDIS_URL."),
        ({"DATABASE_URL": ""}, "Set DATABASE_URL."),
        ({"DEMO": True}, "start without the demo"),
    ],
)
def test_each_unsafe_setting_is_refused_with_what_to_set(settings, change, remedy):
    for name, value in {**SAFE, **change}.items():
        setattr(settings, name, value)
    assert any(remedy in finding.hint for finding in findings())


@pytest.mark.django_db
def test_a_database_that_may_forget_is_refused(settings):
    connection.ensure_connection()
    settings.TEST, settings.DATABASE_URL = False, connection.connection.info.dsn
    said = [finding.msg for finding in checks.the_database_keeps_its_promises(databases=["default"])]
    if "PostgreSQL runs with fsync = off: a crash may lose what was answered as done." not in said:
        pytest.skip("this server was given, and it keeps its promises")
    assert not any("superuser" in sentence for sentence in said)


def test_a_lost_partner_holds_no_lock():
    made = database("postgresql://app@host/agentops", "", role="web", as_owner=False, test=False)["OPTIONS"]
    assert (made["keepalives_idle"], made["keepalives_interval"], made["keepalives_count"]) == (5, 2, 3)
    assert made["tcp_user_timeout"] == 10_000
    for limit in ("statement_timeout=15s", "lock_timeout=5s", "idle_in_transaction_session_timeout=10s"):
        assert f"-c {limit}" in made["options"]


def test_an_address_becomes_djangos_settings_and_the_owner_is_used_only_where_tables_change():
    app, owner = (
        "postgresql://app:p%40ss@host:5433/agentops?sslmode=require",
        "postgresql://owner@/agentops?host=/run/x",
    )
    made = database(app, owner, role="worker", as_owner=False, test=False)
    assert [made[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "agentops",
        "app",
        "p@ss",
        "host",
        "5433",
    ]
    assert made["OPTIONS"]["sslmode"] == "require"
    assert made["CONN_MAX_AGE"] is None
    changed = database(app, owner, role="command", as_owner=True, test=False)
    assert (changed["USER"], changed["HOST"]) == ("owner", "/run/x")
    assert "statement_timeout=0" in changed["OPTIONS"]["options"]


@pytest.mark.django_db
def test_the_limits_are_in_force_and_repeated_sql_of_the_runtime_is_prepared():
    import psycopg

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("10s",)
    plain = psycopg.Cursor(connection.connection)
    for number in range(4):
        plain.execute("SELECT %s::int + 1", [number])
    assert plain.execute(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int%%'"
    ).fetchone() == (1,)


@pytest.mark.django_db
def test_every_answer_carries_the_headers_that_close_a_browser(client):
    answer = client.get("/sign-in/")
    assert answer.status_code == 200
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    expected = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert {name: answer[name] for name in expected} == expected
    assert "camera=()" in answer["Permissions-Policy"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_health_answers_whatever_the_host_name_is(client):
    assert client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200
    assert client.get("/readyz", headers={"host": "10.0.0.7"}).json()["database"] == "ok"
    assert client.get("/sign-in/", headers={"host": "evil.example"}).status_code == 400


def test_behind_a_proxy_the_address_is_the_one_our_proxy_saw(rf, settings):
    request = rf.get("/", headers={"x-forwarded-for": "6.6.6.6, 10.1.2.3"})
    assert client_address(request) == "127.0.0.1"
    settings.BEHIND_PROXY = True
    assert client_address(request) == "10.1.2.3"


def test_the_application_role_of_the_embedded_default_is_a_plain_one():
    assert APPLICATION == "agentops_app"
    assert settings.AUTH_USER_MODEL == "core.User"
