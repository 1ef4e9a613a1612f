"""Every URL of the project against the hand-written table: by role and method, own and foreign."""

import importlib.util
from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from agentops.core.permissions import Role
from agentops.web.access import Rule, access, every_view, rule_of

_spec = importlib.util.spec_from_file_location("access_table", Path(__file__).with_name("access_table.py"))
table = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(table)

METHODS = ("GET", "POST", "PUT", "DELETE")
ROLES = sorted(table.PERSONS)


@cache
def routes():
    """Every route by its name, namespaces included."""

    def walk(patterns, prefix):
        for entry in patterns:
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
            else:
                yield f"{prefix}{entry.name}"

    return frozenset(walk(get_resolver().url_patterns, ""))


def rows_here():
    return [row for row in table.TABLE if row.route in routes()]


def test_every_view_declares_who_may_open_it():
    assert [route for route, pattern in every_view() if rule_of(pattern.callback) is None] == []


def test_every_url_has_its_row_in_the_hand_written_table():
    missing = sorted(routes() - {row.route for row in table.TABLE})
    assert missing == [], "write a row for each in tests/web/access_table.py"


def test_every_row_of_the_table_is_about_a_url():
    gone = sorted({row.route for row in table.TABLE} - routes())
    assert gone == []


def test_a_view_without_a_rule_is_closed_even_to_somebody_with_every_role(browse, settings):
    settings.ROOT_URLCONF = forgetful_urls()
    client = browse(Role.OPERATOR)
    client.raise_request_exception = False
    assert client.get("/forgotten/").status_code == 403


def forgetful_urls():
    import types

    from django.http import HttpResponse
    from django.urls import include, path

    module = types.ModuleType("forgetful_urls")
    module.urlpatterns = [
        path("forgotten/", lambda request: HttpResponse("open")),
        path("", include("agentops.urls")),
    ]
    module.handler403 = "agentops.web.errors.not_allowed"
    return module


def test_naming_no_role_is_refused_when_the_view_is_written():
    with pytest.raises(ValueError, match="name at least one role"):
        access()


def test_a_service_user_and_a_blocked_person_are_not_admitted(person, service_user):
    blocked = person(Role.OPERATOR)
    blocked.is_active = False
    rule = Rule(roles=frozenset({Role.OPERATOR}))
    assert not rule.admits(service_user)
    assert not rule.admits(blocked)
    assert not Rule(signed_in=True).admits(service_user)


@pytest.fixture
def path_of(start_run):
    """The address of a row, for the person who asks and with an object that is theirs or is not."""

    def make(row, mine=None):
        args = dict(row.args)
        if "run" in args.values():
            args = {name: start_run(requester=mine).number if value == "run" else value for name, value in args.items()}
        return reverse(row.route, kwargs=args)

    return make


@pytest.mark.parametrize("role", [*ROLES, None], ids=lambda role: str(role or "no role"))
def test_a_role_gets_exactly_where_the_table_says(browse, path_of, role):
    client = browse(*([role] if role else []))
    wrong = []
    for row in rows_here():
        if row.who == table.OWN_LOCK or row.route == "sign_out":
            continue
        status = client.generic(row.method, path_of(row, mine=client.person)).status_code
        through = row.who in (table.EVERYBODY, table.SIGNED_IN) or role in row.who
        if through == (status == 403) or (status >= 500 and row.route != "readyz"):
            wrong.append((row.route, row.method, status))
    assert wrong == []


@pytest.mark.parametrize("role", [*ROLES, None], ids=lambda role: str(role or "no role"))
def test_what_is_somebody_elses_is_not_there(browse, path_of, role):
    client = browse(*([role] if role else []))
    wrong = []
    for row in [row for row in rows_here() if row.foreign is not None]:
        status = client.generic(row.method, path_of(row)).status_code
        if (role in row.foreign) == (status == 404):
            wrong.append((row.route, row.method, status))
    assert wrong == []


def test_nobody_gets_further_than_the_sign_in_page_without_signing_in(path_of, db):
    client, wrong = Client(), []
    for row in rows_here():
        if row.who in (table.EVERYBODY, table.OWN_LOCK):
            continue
        for method in METHODS:
            answer = client.generic(method, path_of(row))
            if answer.status_code != 302 or not answer["Location"].startswith("/sign-in/"):
                wrong.append((row.route, method, answer.status_code))
    assert wrong == []


def test_a_service_user_with_a_stolen_session_opens_nothing(path_of, service_user):
    client, wrong = Client(), []
    client.force_login(service_user, backend="agentops.core.backends.PersonBackend")
    for row in rows_here():
        if row.who in (table.EVERYBODY, table.OWN_LOCK):
            continue
        status = client.generic(row.method, path_of(row)).status_code
        if status not in (302, 403):
            wrong.append((row.route, row.method, status))
    assert wrong == []


def test_a_method_without_a_row_does_nothing(browse, path_of):
    listed = {(row.route, row.method) for row in table.TABLE}
    client, wrong = browse(*ROLES[:1], as_=None), []
    for row in rows_here():
        if row.who == table.OWN_LOCK:
            continue
        for method in [method for method in METHODS if (row.route, method) not in listed]:
            status = client.generic(method, path_of(row, mine=client.person)).status_code
            if status not in (403, 405):
                wrong.append((row.route, method, status))
    assert wrong == []


def test_the_navigation_shows_only_what_the_role_may_open(browse):
    shown = browse(Role.POLICY_ADMIN).get("/permissions/").text
    nav = shown[shown.index('<nav class="nav"') : shown.index("</nav>")]
    assert "Permissions" in nav
    assert "Audit" in nav
    assert "People" not in nav


def test_the_page_for_a_missing_role_says_which_role_one_has(browse):
    answer = browse(Role.AUDITOR).post("/permissions/stop/")
    assert answer.status_code == 403
    assert "Your role: Auditor" in answer.text


def test_every_page_carries_a_strict_policy_and_no_inline_code(browse):
    client = browse(Role.OPERATOR)
    for row in rows_here():
        if row.method != "GET" or "run" in row.args.values():
            continue
        try:
            answer = client.get(reverse(row.route, kwargs=row.args))
        except NoReverseMatch:  # pragma: no cover
            continue
        if "text/html" not in answer.get("Content-Type", ""):
            continue
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy, row.route
        assert "<style" not in answer.text, row.route
        assert " style=" not in answer.text, row.route
        assert "onclick" not in answer.text, row.route
