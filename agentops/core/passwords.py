"""A person's own password: changed by the person, and a first one for somebody who is new."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from agentops.core.services import UserError

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another when it is read out


class WrongPassword(UserError):
    """The password that is in force was not given."""


def start_password(email: str = "", name: str = "", *, draw: Callable[[], str] | None = None) -> str:
    """Something to sign in with once: `k7pm-w2xa-9fgh-t4ne`, 79 bits, or what `draw` makes.

    Drawn again while it is refused for this person: "too similar to the email" counts letters, so
    about one draw in some thousand is, and nobody could say which.
    """
    person = User(email=email, name=name)
    while True:
        password = draw() if draw else "-".join(_four() for _ in range(4))
        with suppress(ValidationError):
            validate_password(password, person)
            return password


def _four() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(4))


@transaction.atomic
def change_password(*, user: User, old: str, new: str, now: datetime) -> None:
    """Set a person's own new password; raises `WrongPassword`, and Django's `ValidationError` for a weak one."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not locked.check_password(old):
        raise WrongPassword("That is not the password you have now.")
    validate_password(new, locked)
    locked.set_password(new)
    locked.save(update_fields=["password"])
    user.password = locked.password
    about = ("user", str(user.pk), None)
    event = Event(
        action="user.password_changed", actor=Actor.of(user), object=about, data={"business_time": now.isoformat()}
    )
    append(f"user:{user.pk}", event)
