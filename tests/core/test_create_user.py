"""The first people of a house come by command; once there is a user administrator, only through the product."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agentops.core.audit.models import AuditEntry
from agentops.core.audit.queries import stream_of
from agentops.core.models import User
from agentops.core.passwords import WrongPassword, change_password, start_password
from agentops.core.permissions import Role

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture
def create(monkeypatch):
    def create(email, *roles, password=PASSWORD, **more):
        monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
        said, named = StringIO(), [word for role in roles for word in ("--role", role)]
        call_command("create_user", email, "--name", "Ada", *named, "--password-stdin", stdout=said, **more)
        return said.getvalue()

    return create


def test_the_first_user_administrator_comes_by_command_and_can_sign_in(create, client):
    assert "User administrator" in create("ada@house.example", "user_admin")
    assert User.objects.get().holds(Role.USER_ADMIN)
    answer = client.post("/sign-in/", {"username": "ada@house.example", "password": PASSWORD})
    assert answer.status_code == 302


def test_afterwards_the_command_refuses_and_says_who_to_ask(create):
    create("ada@house.example", "user_admin")
    with pytest.raises(CommandError, match="Ada administers the users"):
        create("bob@house.example", "reviewer")
    with pytest.raises(CommandError, match="--reason"):
        create("bob@house.example", "reviewer", break_glass=True)
    assert User.objects.count() == 1


def test_broken_glass_stands_in_the_trail(create):
    create("ada@house.example", "user_admin")
    create("eve@house.example", "user_admin", break_glass=True, reason="Ada left without handing over")
    events = stream_of(f"user:{User.objects.get(email='eve@house.example').pk}")
    assert [event.action for event in events] == ["user.created", "user.role_granted", "user.break_glass"]
    body = AuditEntry.objects.get(stream=events[-1].stream, action="user.break_glass").body
    assert "Ada left" in body


def test_before_that_other_people_and_services_may_be_made_too(create):
    create("rita@house.example", "reviewer")
    call_command("create_user", "inbox@house.example", name="Inbox", role=["service"], stdout=StringIO())
    assert sorted(User.objects.values_list("kind", flat=True)) == ["person", "service"]


@pytest.mark.parametrize(
    ("roles", "password", "said"),
    [
        (("reviewer", "payment_releaser"), PASSWORD, "may not hold together"),
        (("user_admin",), "short", "too short"),
        (("user_admin",), "", "too short"),
        (("service", "reviewer"), PASSWORD, "no other role"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(create, roles, password, said):
    with pytest.raises(CommandError, match=said):
        create("ada@house.example", *roles, password=password)
    assert not User.objects.exists()


def test_an_address_is_used_once(create):
    create("ada@house.example", "reviewer")
    with pytest.raises(CommandError, match="already somebody"):
        create("ADA@house.example", "controller")


def test_a_person_changes_their_own_password(create):
    create("ada@house.example", "reviewer")
    ada = User.objects.get()
    with pytest.raises(WrongPassword):
        change_password(user=ada, old="guess", new=start_password(), now=timezone.now())
    change_password(user=ada, old=PASSWORD, new="another long password", now=timezone.now())
    assert User.objects.get().check_password("another long password")
    assert stream_of(f"user:{ada.pk}")[-1].action == "user.password_changed"


def test_start_passwords_differ_and_are_strong_enough():
    made = {start_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 19 for password in made)


def test_a_start_password_its_own_person_would_be_refused_is_drawn_again():
    draws = iter(["jonas.weber@demo.exa", "granite-lemon-spruce-ivory"])
    assert start_password("jonas.weber@demo.example", "Jonas Weber", draw=lambda: next(draws)) == (
        "granite-lemon-spruce-ivory"
    )
