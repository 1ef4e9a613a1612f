"""Give the application's database role its rights; the owner of the tables runs it after migrating."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agentops.core.rights import RightsMeaningless, grant_app_rights


class Command(BaseCommand):
    """One role, all its rights."""

    help = "Grant the application's role its rights and revoke all others, on append-only tables above all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which role."""
        parser.add_argument("--role", required=True, metavar="NAME", help="the role the application signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, or say why not."""
        try:
            grant_app_rights(options["role"])
        except RightsMeaningless as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['role']} has the application's rights.")
