"""Two administrators who grant conflicting roles at the same moment: one of them is refused."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from agentops.core.models import User
from agentops.core.permissions import Role, conflict, roles_of


@pytest.mark.django_db(transaction=True)
def test_two_conflicting_roles_granted_at_the_same_moment_do_not_both_hold():
    user = User.objects.create_user("ada@example.org", "Ada")
    both_there, refused = threading.Barrier(2, timeout=60), []

    def grant(role: Role) -> None:
        try:
            with transaction.atomic():
                group = Group.objects.get(name=role.value)
                both_there.wait()
                user.groups.add(group)
        except IntegrityError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=grant, args=[role]) for role in (Role.REVIEWER, Role.PAYMENT_RELEASER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(refused) == 1
    assert conflict(roles_of(user.id)) is None
    assert len(roles_of(user.id)) == 1
