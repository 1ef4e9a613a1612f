"""manage.py grant_desk SLUG EMAIL [--second] [--limit N]"""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.models import Desk
from reviews.services import grant_desk
from reviews.standing import DECIDE, DECIDERS, SIGN_SECOND, VIEW, ReviewError


class Command(BaseCommand):
    """One person at one desk."""

    help = "Let a person see and decide the reviews of a desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where, who, and up to what."""
        parser.add_argument("slug")
        parser.add_argument("email")
        parser.add_argument("--second", action="store_true", help="also the second signature; for controllers")
        parser.add_argument("--limit", metavar="N", help="up to this amount in the house's currency")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, or say why not."""
        desk = Desk.objects.filter(slug=options["slug"]).first()
        person = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if desk is None or person is None:
            missing = f"desk {options['slug']}" if desk is None else f"active user {options['email']}"
            raise CommandError(f"There is no {missing}.")
        if not person.holds(*DECIDERS):
            raise CommandError(f"{person.name} is neither reviewer nor controller and could not decide anything.")
        if options["second"] and not person.holds(Role.CONTROLLER):
            raise CommandError(f"{person.name} is no controller; only a controller signs second.")
        permissions = (VIEW, DECIDE, SIGN_SECOND) if options["second"] else (VIEW, DECIDE)
        limit = _limit(options["limit"])
        try:
            grant_desk(to=person, desk=desk, by=Actor.system("grant_desk"), permissions=permissions, limit=limit)
        except ReviewError as error:
            raise CommandError(str(error)) from error
        up_to = f" up to {limit:,.2f}" if limit is not None else ""
        second = ", also second signatures" if options["second"] else ""
        self.stdout.write(f"{person.name} decides at {desk.name}{up_to}{second}.")


def _limit(given: str | None) -> Decimal | None:
    if given is None:
        return None
    try:
        limit = Decimal(given)
    except InvalidOperation:
        limit = Decimal(-1)
    if not limit.is_finite() or limit < 0 or limit >= Decimal(10) ** 16:
        raise CommandError(f"{given} is no amount. Write it as 50000.00.")
    return limit
