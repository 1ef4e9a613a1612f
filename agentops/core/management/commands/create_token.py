"""manage.py create_token --owner EMAIL --scopes SCOPE [SCOPE] [--days N] [--name NAME]"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.tokens.models import Scope
from agentops.core.tokens.services import TokenError, create_token


class Command(BaseCommand):
    """A token for a program that acts as a service user."""

    help = "Make an API token for a service user. The token is printed once and stored nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For whom, for what, and for how long."""
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="a service user")
        parser.add_argument("--scopes", required=True, nargs="+", metavar="SCOPE", help=", ".join(Scope.values))
        parser.add_argument("--days", type=int, default=settings.API_TOKEN_DAYS, help="how long it lives (%(default)s)")
        parser.add_argument("--name", default="made by command", help="what uses it (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token alone on standard output, what it is on standard error."""
        owner = User.objects.filter(email=options["owner"].strip().lower()).first()
        if owner is None:
            raise CommandError(f"There is no user {options['owner']}. Make a service user with create_user first.")
        try:
            token, secret = create_token(
                owner=owner,
                name=options["name"],
                scopes=[scope for given in options["scopes"] for scope in given.split(",") if scope],
                days=options["days"],
                by=Actor.system("create_token"),
                now=timezone.now(),
            )
        except TokenError as refusal:
            raise CommandError(str(refusal)) from refusal
        until = timezone.localtime(token.expires_at)
        self.stderr.write(f"{token} acts for {owner.email} until {until:%Y-%m-%d %H:%M}. It is shown this once:")
        self.stdout.write(secret)
