"""The pages for what cannot be shown say what happened to the work, and nothing else."""

import pytest
from django.test import Client, RequestFactory

from agentops.core.permissions import Role
from agentops.web import errors

pytestmark = pytest.mark.django_db


def test_an_address_that_does_not_exist_is_calm_for_everybody(client, browse):
    for one in (client, browse(Role.OPERATOR)):
        answer = one.get("/no/such/page/")
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text


def test_a_form_of_an_earlier_session_is_refused_and_changes_nothing(browse):
    client = Client(enforce_csrf_checks=True)
    client.force_login(browse(Role.OPERATOR).person, backend="agentops.core.backends.PersonBackend")
    answer = client.post("/permissions/stop/", {"scope": "all", "why": "forged"})
    assert answer.status_code == 403
    assert "earlier session" in answer.text


def test_our_own_fault_needs_neither_request_nor_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = errors.our_fault(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"decision that was not confirmed was not taken" in answer.content


def test_a_malformed_request_is_400():
    answer = errors.bad_request(RequestFactory().get("/"))
    assert answer.status_code == 400


def test_nothing_of_an_exception_is_shown(browse, monkeypatch):
    def fail(*args, **more):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("agentops.web.people.reading.people_page", fail)
    client = browse(Role.USER_ADMIN)
    client.raise_request_exception = False
    answer = client.get("/people/")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
