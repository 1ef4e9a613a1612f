"""Duties stay apart: in the table, in the service, and in the database whoever writes."""

from itertools import combinations, permutations

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from agentops.core.models import User
from agentops.core.permissions import DUTIES, Duty, Role, RoleConflict, check_roles, conflict, roles_of
from agentops.core.roles import make_role_groups

PEOPLE = sorted(set(Role) - {Role.SERVICE})


def may_be_held_together(one: Role, other: Role) -> bool:
    return None in (DUTIES[one], DUTIES[other]) or DUTIES[one] == DUTIES[other]


def test_every_role_has_its_duty_and_every_duty_a_role():
    assert set(DUTIES) == set(Role)
    assert set(DUTIES.values()) == {*Duty, None}
    assert all(role.label for role in Role)


@pytest.mark.parametrize(("one", "other"), list(combinations(PEOPLE, 2)))
def test_two_roles_conflict_exactly_when_their_duties_differ(one, other):
    assert (conflict([one, other]) is None) == may_be_held_together(one, other)


def test_a_conflict_is_told_in_words():
    with pytest.raises(RoleConflict, match="Reviewer and User administrator are duties that one person may not hold"):
        check_roles([Role.USER_ADMIN, Role.REVIEWER], service=False)


def test_a_service_is_no_person_and_a_person_no_service():
    check_roles([Role.SERVICE], service=True)
    with pytest.raises(RoleConflict):
        check_roles([Role.OPERATOR], service=True)
    with pytest.raises(RoleConflict):
        check_roles([Role.SERVICE], service=False)


@pytest.mark.django_db
def test_the_migration_made_a_group_for_each_role():
    assert set(Group.objects.values_list("name", flat=True)) >= {role.value for role in Role}
    make_role_groups()
    assert Group.objects.filter(name__in=[role.value for role in Role]).count() == len(Role)


@pytest.mark.django_db
def test_the_database_knows_the_same_duties(execute):
    for role, duty in DUTIES.items():
        assert execute("SELECT core_duty(%s)", role.value) == [(duty.value if duty else None,)]


def add(user: User, role: Role) -> None:
    user.groups.add(Group.objects.get(name=role.value))


@pytest.mark.parametrize(("one", "other"), list(permutations(PEOPLE, 2)))
def test_round_the_service_the_database_refuses_two_duties_in_one_hand(person, one, other):
    add(person, one)
    if may_be_held_together(one, other):
        add(person, other)
        assert roles_of(person.id) == {one, other}
        return
    with pytest.raises(IntegrityError, match="may not be held by one person"), transaction.atomic():
        add(person, other)
    assert roles_of(person.id) == {one}


def test_round_the_service_a_role_cannot_be_exchanged_for_a_conflicting_one(person, execute):
    add(person, Role.REVIEWER)
    add(person, Role.CONTROLLER)
    with pytest.raises(IntegrityError, match="may not be held by one person"):
        execute(
            "UPDATE core_user_groups SET group_id = (SELECT id FROM auth_group WHERE name = 'policy_admin')"
            " WHERE group_id = (SELECT id FROM auth_group WHERE name = 'controller')"
        )


@pytest.mark.parametrize("role", PEOPLE)
def test_round_the_service_the_database_refuses_a_persons_role_for_a_service(service, role):
    with pytest.raises(IntegrityError, match="a service user may not hold the role"):
        add(service, role)


def test_round_the_service_the_database_refuses_a_group_of_any_other_name_for_a_service(service):
    service_group = Group.objects.create(name="desk")
    with pytest.raises(IntegrityError, match="a service user may not hold the role"):
        service.groups.add(service_group)


def test_round_the_service_the_database_refuses_the_service_role_for_a_person(person):
    with pytest.raises(IntegrityError, match="a person user may not hold the role service"):
        add(person, Role.SERVICE)


@pytest.mark.parametrize(
    "sql", ["UPDATE auth_group SET name = 'x' WHERE name = %s", "DELETE FROM auth_group WHERE name = %s"]
)
@pytest.mark.parametrize("role", Role)
def test_the_group_of_a_role_is_neither_renamed_nor_deleted(execute, sql, role):
    with pytest.raises(IntegrityError, match="stands for a role"):
        execute(sql, role.value)


def test_roles_are_asked_once_and_again_after_reloading(person):
    assert not person.holds(Role.REVIEWER)
    add(person, Role.REVIEWER)
    assert not person.holds(Role.REVIEWER)
    person.refresh_from_db()
    assert person.holds(Role.AUDITOR, Role.REVIEWER)


def test_who_is_not_active_holds_no_role(person):
    add(person, Role.REVIEWER)
    User.objects.filter(id=person.id).update(is_active=False)
    assert roles_of(person.id) == frozenset()


def test_groups_that_are_no_roles_do_not_count(person):
    person.groups.add(Group.objects.create(name="choir"))
    assert person.roles == frozenset()
