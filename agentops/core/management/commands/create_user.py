"""manage.py create_user EMAIL --name NAME --role ROLE [--role ROLE] [--password-stdin]"""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agentops.core.bootstrap import create_user_by_command
from agentops.core.permissions import Role, RoleConflict
from agentops.core.services import UserError


class Command(BaseCommand):
    """The first user administrator of a new house, and whoever is needed before there is one."""

    help = "Create a user from the shell, until a user administrator exists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, in which roles, and how the password comes."""
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="as people say it")
        parser.add_argument(
            "--role", action="append", required=True, choices=[str(role) for role in Role], help="may be given again"
        )
        parser.add_argument("--password-stdin", action="store_true", help="take the password from standard input")
        parser.add_argument("--break-glass", action="store_true", help="although there is a user administrator")
        parser.add_argument("--reason", default="", help="why the glass is broken; kept in the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create, or say why not."""
        roles = frozenset(Role(role) for role in options["role"])
        if options["break_glass"] and not options["reason"].strip():
            raise CommandError("Say with --reason why the glass is broken.")
        try:
            user = create_user_by_command(
                email=options["email"],
                name=options["name"],
                roles=roles,
                password=None if roles == {Role.SERVICE} else _password(options["password_stdin"]),
                break_glass=options["reason"] if options["break_glass"] else "",
                now=timezone.now(),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (UserError, RoleConflict) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user.name} <{user.email}>: {', '.join(role.label for role in sorted(roles))}")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError("Give the password on standard input with --password-stdin.")
    return getpass.getpass("Password: ")
