"""Somebody new, and one's own password."""

import re

import pytest
from django.test import Client

from agentops.core.models import User
from agentops.core.permissions import Role

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
RITA = {"name": "Rita Bauer", "email": "Rita@house.example", "role": ["reviewer"]}


def test_a_user_administrator_adds_somebody_who_signs_in_and_changes_the_password(browse):
    shown = browse(Role.USER_ADMIN).post("/people/new/", RITA).text
    password = re.search(r'id="start-password">([^<]+)<', shown).group(1)
    assert User.objects.get(email="rita@house.example").holds(Role.REVIEWER)

    rita = Client()
    assert rita.post("/sign-in/", {"username": "rita@house.example", "password": password}).status_code == 302
    mine = {"old": password, "new": "my own long password", "again": "my own long password"}
    elsewhere = Client()
    elsewhere.post("/sign-in/", {"username": "rita@house.example", "password": password})
    assert rita.post("/password/", mine).status_code == 302
    assert rita.get("/password/").status_code == 200, "still signed in here"
    assert elsewhere.get("/password/").status_code == 302, "and nowhere else"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"role": ["reviewer", "user_admin"]}, "may not hold together"),
        ({"email": "nonsense"}, "valid email"),
        ({"name": ""}, "cannot be blank"),
    ],
)
def test_what_cannot_be_is_said_in_the_form_and_what_was_typed_stays(browse, changed, said):
    answer = browse(Role.USER_ADMIN).post("/people/new/", {**RITA, **changed})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Rita" in answer.text


def test_an_address_is_used_once(browse):
    client = browse(Role.USER_ADMIN)
    client.post("/people/new/", RITA)
    assert "already somebody here" in client.post("/people/new/", RITA).text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"old": "wrong"}, "not the password you have"),
        ({"again": "something else"}, "differ"),
        ({"new": "short", "again": "short"}, "too short"),
    ],
)
def test_a_password_that_cannot_be_is_refused(browse, given, said):
    client = browse(Role.REVIEWER)
    answer = client.post("/password/", {"old": PASSWORD, "new": "a new long one", "again": "a new long one", **given})
    assert answer.status_code == 422
    assert said in answer.text
    client.person.refresh_from_db()
    assert client.person.check_password(PASSWORD)
