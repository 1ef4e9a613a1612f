"""Signing in and out, and how long it lasts."""

import time

import pytest
from axes.utils import reset
from django.contrib.auth.hashers import get_hasher
from django.test import Client

from agentops.core.audit.queries import stream_of
from agentops.core.permissions import Role
from agentops.web import sessions

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def nobody_is_locked_out(db):
    reset()


def sign_in(client, user, password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": user.email, "password": password, **more})


def test_a_person_signs_in_and_lands_on_the_first_page_the_roles_open(client, person):
    user = person(Role.USER_ADMIN)
    answer = sign_in(client, user)
    assert answer.status_code == 302
    assert client.get("/", follow=True).status_code == 200
    assert [line.action for line in stream_of(f"user:{user.pk}")] == ["session.started"]


def test_signing_in_changes_the_session_key_so_that_a_planted_one_is_worthless(client, person):
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    before = client.session.session_key
    sign_in(client, person(Role.OPERATOR))
    assert client.session.session_key != before


@pytest.mark.parametrize("wrong", ["not the password", ""])
def test_a_wrong_password_says_the_same_for_known_and_unknown_people(client, person, wrong):
    known = sign_in(client, person(Role.OPERATOR), password=wrong)
    unknown = client.post("/sign-in/", {"username": "nobody@test.example", "password": wrong})
    assert known.status_code == unknown.status_code == 422
    assert "Email and password do not match" in known.text
    assert "Email and password do not match" in unknown.text


def test_every_failure_costs_one_password_hash_so_that_time_tells_nothing(client, person, service_user, monkeypatch):
    blocked = person(Role.OPERATOR)
    blocked.is_active = False
    blocked.save(update_fields=["is_active"])
    hasher, hashed = get_hasher(), []
    encode = type(hasher).encode
    monkeypatch.setattr(type(hasher), "encode", lambda *args, **more: hashed.append(1) or encode(*args, **more))
    costs = set()
    for email in (person(Role.OPERATOR).email, blocked.email, service_user.email, "nobody@test.example"):
        hashed.clear()
        client.post("/sign-in/", {"username": email, "password": "wrong"})
        costs.add(len(hashed))
    assert costs == {1}


def test_a_service_user_and_a_blocked_person_cannot_sign_in(client, person, service_user):
    service_user.password = person().password
    blocked = person(Role.OPERATOR)
    blocked.is_active = False
    blocked.save(update_fields=["is_active"])
    assert sign_in(client, service_user).status_code == 422
    assert sign_in(client, blocked).status_code == 422


def test_the_ninth_wrong_try_is_too_many_and_so_is_the_right_password_after_it(client, person):
    user = person(Role.OPERATOR)
    answers = [sign_in(client, user, password="wrong") for _ in range(9)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert sign_in(client, user).status_code == 429


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_to_another_host(client, person, elsewhere):
    answer = sign_in(client, person(Role.USER_ADMIN), next=elsewhere)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert not answer["Location"].startswith("javascript")


def test_signing_out_needs_the_button_and_ends_the_session(browse):
    client = browse(Role.OPERATOR)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/").headers["Location"].startswith("/sign-in/")
    assert [line.action for line in stream_of(f"user:{client.person.pk}")] == ["session.ended"]


def _aged(client, **seconds):
    session = client.session
    for name, age in seconds.items():
        session[name] = int(time.time()) - age
    session.save()


def test_half_an_hour_without_activity_ends_a_session(browse):
    client = browse(Role.OPERATOR)
    client.get("/")
    _aged(client, seen_at=int(sessions.IDLE.total_seconds()) + 1)
    answer = client.get("/welcome/")
    assert answer["Location"] == "/sign-in/?next=%2Fwelcome%2F"
    assert "without activity" in client.get(answer["Location"]).text


def test_twelve_hours_end_a_session_however_busy(browse):
    client = browse(Role.OPERATOR)
    client.get("/")
    _aged(client, signed_in_at=int(sessions.ABSOLUTE.total_seconds()) + 1)
    assert "after 12 hours" in client.get("/welcome/", follow=True).text


def test_what_a_page_polls_by_itself_does_not_keep_a_session_alive(browse):
    client = browse(Role.OPERATOR)
    client.get("/")
    _aged(client, seen_at=120)
    before = client.session["seen_at"]
    client.get("/welcome/", headers={"X-Background": "1"})
    assert client.session["seen_at"] == before
    client.get("/welcome/")
    assert client.session["seen_at"] > before


def test_htmx_is_sent_to_the_sign_in_page_as_a_whole_page():
    answer = Client(headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/people/"}).get("/people/")
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fpeople%2F"
