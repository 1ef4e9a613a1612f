"""The demo's people: two each who review, control and administer policy or people, and one of each other role."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction

from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.passwords import start_password
from agentops.core.permissions import Role
from agentops.core.services import create_person, create_service
from reviews.models import Desk
from reviews.services import create_desk, grant_desk
from reviews.standing import DECIDE, SIGN_SECOND, VIEW

BY = Actor.system("demo")
INBOX = settings.INBOX_USER
CAST = (
    ("maria.keller", "Maria Keller", Role.REVIEWER),
    ("tom.brandt", "Tom Brandt", Role.REVIEWER),
    ("anna.lindqvist", "Anna Lindqvist", Role.CONTROLLER),
    ("jonas.weber", "Jonas Weber", Role.CONTROLLER),
    ("pia.hansen", "Pia Hansen", Role.POLICY_ADMIN),
    ("david.okoye", "David Okoye", Role.POLICY_ADMIN),
    ("vera.novak", "Vera Novak", Role.VENDOR_MANAGER),
    ("paul.martin", "Paul Martin", Role.PAYMENT_RELEASER),
    ("ulla.berg", "Ulla Berg", Role.USER_ADMIN),
    ("yusuf.aydin", "Yusuf Aydin", Role.USER_ADMIN),
    ("oskar.lang", "Oskar Lang", Role.OPERATOR),
    ("aisha.rahman", "Aisha Rahman", Role.AUDITOR),
)
UNDO_SECONDS = 5  # an approval can be taken back that long before it is carried out
REVIEWER_LIMIT, CONTROLLER_LIMIT = Decimal("50000.00"), Decimal("250000.00")
WORDS = (
    *("amber", "anchor", "apple", "arrow", "autumn", "basil", "beacon", "birch", "bridge"),
    *("canvas", "cedar", "cherry", "cloud", "copper", "coral", "cotton", "crystal", "daisy"),
    *("delta", "ember", "falcon", "fern", "forest", "garnet", "ginger", "granite", "harbor"),
    *("hazel", "indigo", "island", "ivory", "jasmine", "juniper", "lagoon", "lemon", "linen"),
    *("lotus", "maple", "marble", "meadow", "mint", "opal", "orchid", "pebble", "pepper"),
    *("pine", "plum", "quartz", "raven", "river", "saffron", "sage", "silver", "spruce"),
    *("sunset", "thistle", "timber", "tulip", "velvet", "violet", "walnut", "willow", "winter"),
)


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in to the demo."""

    email: str
    password: str
    roles: str


class NotADemo(RuntimeError):
    """The database holds other people: the demo, whose passwords are printed, must not join them."""


def make_people(now: datetime) -> list[Account]:
    """Create who is missing and return everybody; passwords are kept in the data folder, readable by us only.

    Raises `NotADemo`.
    """
    kept = _kept()
    people = User.objects.filter(kind="person")
    if people.exists() and not people.filter(email__endswith="@demo.example").exists():
        raise NotADemo("This database holds other people than the demo's: start with --no-demo, or give another one.")
    with transaction.atomic():
        if not User.objects.filter(email=INBOX).exists():
            create_service(email=INBOX, name="Invoice inbox", by=BY, now=now)
        for handle, name, role in CAST:
            email = f"{handle}@demo.example"
            if User.objects.filter(email=email).exists() and email in kept:
                continue
            kept[email] = Account(email, start_password(email, name, draw=_words), role.value.replace("_", " "))
            create_person(email=email, name=name, by=BY, now=now, password=kept[email].password, roles=[role])
        _keep(kept)
    return [kept[f"{handle}@demo.example"] for handle, _, _ in CAST]


def make_desk(slug: str, name: str, agents: list[str]) -> Desk:
    """A desk where the demo's reviewers decide and its controllers sign second; made once."""
    desk = Desk.objects.filter(slug=slug).first()
    if desk is not None:
        return desk
    desk = create_desk(slug=slug, name=name, by=BY, agents=agents, undo_seconds=UNDO_SECONDS)
    for person in User.objects.filter(groups__name__in=[Role.REVIEWER.value, Role.CONTROLLER.value]):
        second = person.holds(Role.CONTROLLER)
        grant_desk(
            to=person,
            desk=desk,
            by=BY,
            permissions=(VIEW, DECIDE, SIGN_SECOND) if second else (VIEW, DECIDE),
            limit=CONTROLLER_LIMIT if second else REVIEWER_LIMIT,
        )
    return desk


def _words() -> str:
    return "-".join(secrets.choice(WORDS) for _ in range(4))


def _file() -> Path:
    return Path(settings.DATA_DIR) / "demo_accounts.json"


def _kept() -> dict[str, Account]:
    try:
        return {row["email"]: Account(**row) for row in json.loads(_file().read_text())}
    except FileNotFoundError:
        return {}


def _keep(accounts: dict[str, Account]) -> None:
    _file().touch(mode=0o600)
    _file().write_text(json.dumps([asdict(account) for account in accounts.values()], indent=1))
