"""People and their roles: what a user administrator may change, and what nobody may."""

import pytest

from agentops.core.permissions import Role


def roles(user):
    user.forget_roles()
    return user.roles


def test_everybody_is_listed_with_their_roles(browse, person, service_user):
    person(Role.CONTROLLER, name="Maria Keller")
    page = browse(Role.AUDITOR).get("/people/").text
    assert "Maria Keller" in page
    assert "controller" in page
    assert service_user.email in page


def test_a_user_administrator_gives_and_takes_roles(browse, person):
    user = person(Role.REVIEWER)
    browse(Role.USER_ADMIN).post(f"/people/{user.pk}/", {"role": ["controller", "operator"]})
    assert roles(user) == {Role.CONTROLLER, Role.OPERATOR}


def test_two_duties_in_one_hand_are_refused_and_nothing_changes(browse, person):
    user = person(Role.REVIEWER)
    answer = browse(Role.USER_ADMIN).post(f"/people/{user.pk}/", {"role": ["reviewer", "policy_admin"]}, follow=True)
    assert "may not hold together" in answer.text
    assert roles(user) == {Role.REVIEWER}


def test_nobody_changes_their_own_roles(browse):
    client = browse(Role.USER_ADMIN)
    assert "Nobody changes their own roles" in client.get(f"/people/{client.person.pk}/").text
    client.post(f"/people/{client.person.pk}/", {"role": ["operator"]})
    assert roles(client.person) == {Role.USER_ADMIN}


def test_blocking_sign_in_ends_the_sessions_at_once(browse):
    theirs = browse(Role.OPERATOR)
    assert theirs.get("/runs/").status_code == 200
    browse(Role.USER_ADMIN).post(f"/people/{theirs.person.pk}/", {"active": "0"})
    assert theirs.get("/runs/").headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("role", ["service", "god", ""])
def test_a_role_that_is_not_for_people_is_not_given(browse, person, role):
    user = person(Role.REVIEWER)
    browse(Role.USER_ADMIN).post(f"/people/{user.pk}/", {"role": ["reviewer", role]})
    assert roles(user) == {Role.REVIEWER}
