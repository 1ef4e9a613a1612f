"""Users and roles change only by a user administrator, and the trail tells each change."""

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import RequestFactory

from agentops.core import services
from agentops.core.audit.queries import stream_of
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of


def actions(user: User) -> list[str]:
    return [line.action for line in stream_of(f"user:{user.id}")]


@pytest.fixture
def admin(db, setup, now) -> User:
    return services.create_person(email="root@example.org", name="Una", by=setup, now=now, roles=[Role.USER_ADMIN])


@pytest.fixture
def ada(admin, now) -> User:
    return services.create_person(
        email=" Ada@Example.org ", name="Ada Lovelace", by=admin, now=now, roles=[Role.REVIEWER]
    )


def test_a_person_is_made_with_roles_and_the_trail_tells_it(ada, admin):
    assert (ada.email, ada.roles, ada.has_usable_password()) == ("ada@example.org", {Role.REVIEWER}, False)
    assert actions(ada) == ["user.created", "user.role_granted"]
    line = stream_of(f"user:{ada.id}")[1]
    assert (line.actor, line.event["data"]["role"]) == (f"person:{admin.id}", "reviewer")


def test_the_trail_holds_no_name_and_no_address(ada):
    text = str(stream_of(f"user:{ada.id}")).lower()
    assert "lovelace" not in text
    assert "@" not in text


def test_a_role_is_taken_away_again(ada, admin, now):
    services.revoke_role(user=ada, role=Role.REVIEWER, by=admin, now=now)
    services.revoke_role(user=ada, role=Role.REVIEWER, by=admin, now=now)
    assert ada.roles == roles_of(ada.id) == frozenset()
    assert actions(ada)[2:] == ["user.role_revoked"]


def test_a_role_already_held_changes_nothing(ada, admin, now):
    services.grant_role(user=ada, role=Role.REVIEWER, by=admin, now=now)
    assert actions(ada) == ["user.created", "user.role_granted"]


def test_a_conflicting_role_is_refused_and_leaves_no_trace(ada, admin, now):
    with pytest.raises(services.RoleConflict):
        services.grant_role(user=ada, role=Role.POLICY_ADMIN, by=admin, now=now)
    assert roles_of(ada.id) == {Role.REVIEWER}
    assert len(actions(ada)) == 2


def test_conflicting_roles_make_no_person(db, setup, now):
    with pytest.raises(services.RoleConflict):
        services.create_person(
            email="x@example.org", name="X", by=setup, now=now, roles=[Role.REVIEWER, Role.USER_ADMIN]
        )
    assert not User.objects.filter(email="x@example.org").exists()


def test_only_a_user_administrator_changes_users(ada, admin, now):
    for change in (
        lambda: services.grant_role(user=admin, role=Role.OPERATOR, by=ada, now=now),
        lambda: services.revoke_role(user=admin, role=Role.USER_ADMIN, by=ada, now=now),
        lambda: services.create_person(email="x@example.org", name="X", by=ada, now=now),
        lambda: services.create_service(email="x@example.org", name="X", by=ada, now=now),
        lambda: services.deactivate(user=admin, by=ada, now=now),
    ):
        with pytest.raises(services.MayNotAdminister):
            change()


def test_nobody_changes_their_own_roles(admin, now):
    with pytest.raises(services.MayNotAdminister, match="own"):
        services.grant_role(user=admin, role=Role.OPERATOR, by=admin, now=now)


def test_an_administrator_who_lost_the_role_meanwhile_is_refused(ada, admin, setup, now):
    assert admin.holds(Role.USER_ADMIN)  # remembered
    services.revoke_role(user=User.objects.get(id=admin.id), role=Role.USER_ADMIN, by=setup, now=now)
    with pytest.raises(services.MayNotAdminister):
        services.grant_role(user=ada, role=Role.OPERATOR, by=admin, now=now)


def test_an_address_belongs_to_one(ada, admin, now):
    with pytest.raises(services.EmailTaken):
        services.create_person(email="ADA@example.org", name="Other", by=admin, now=now)


@pytest.mark.parametrize(
    ("email", "name"), [("no address", "X"), ("x@example.org", ""), ("", "X"), ("x@example.org", "n" * 121)]
)
def test_malformed_users_are_refused(admin, now, email, name):
    with pytest.raises(ValidationError):
        services.create_person(email=email, name=name, by=admin, now=now)


def test_a_weak_password_makes_no_person(admin, now):
    with pytest.raises(ValidationError):
        services.create_person(email="x@example.org", name="X", by=admin, now=now, password="short")
    assert not User.objects.filter(email="x@example.org").exists()


def sign_in(email: str, password: str) -> User | None:
    return authenticate(RequestFactory().post("/"), username=email, password=password)


def test_a_person_signs_in_whatever_the_letter_case_of_the_address(admin, now):
    services.create_person(email="x@example.org", name="Xenia", by=admin, now=now, password="kestrel-harbour-41")
    assert sign_in("X@Example.ORG", "kestrel-harbour-41").name == "Xenia"
    assert sign_in("x@example.org", "another-one-entirely") is None


def test_who_is_deactivated_has_no_roles_and_cannot_sign_in(admin, now):
    user = services.create_person(
        email="x@example.org",
        name="Xenia",
        by=admin,
        now=now,
        password="kestrel-harbour-41",
        roles=[Role.AUDITOR],
    )
    services.deactivate(user=user, by=admin, now=now)
    assert sign_in("x@example.org", "kestrel-harbour-41") is None
    assert user.roles == frozenset()
    services.reactivate(user=user, by=admin, now=now)
    assert user.roles == {Role.AUDITOR}
    assert actions(user)[2:] == ["user.deactivated", "user.reactivated"]


def test_a_service_user_never_signs_in(admin, now, client):
    inbox = services.create_service(email="inbox@example.org", name="Inbox", by=admin, now=now)
    assert (inbox.roles, inbox.is_person) == ({Role.SERVICE}, False)
    inbox.set_password("kestrel-harbour-41")
    with pytest.raises(IntegrityError, match="user_of_a_service_has_no_password"):
        inbox.save()


@pytest.mark.django_db
def test_a_session_of_a_service_user_means_nothing(service):
    from agentops.core.backends import PersonBackend

    assert PersonBackend().get_user(service.id) is None
