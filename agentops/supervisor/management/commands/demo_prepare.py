"""`manage.py demo_prepare`: people, policy and an inbox to try the product with; called by `up --demo`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone


class Command(BaseCommand):
    """Make what is missing of the demo and print who can sign in."""

    help = "Prepare the demo and print its accounts (demo profile only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises `CommandError` outside the demo."""
        if not settings.DEMO:
            raise CommandError("Only the demo has people with printed passwords: start with `manage.py up --demo`.")
        from agentops.demo.inbox import prepare
        from agentops.demo.people import NotADemo, make_people

        try:
            people = make_people(timezone.now())
        except NotADemo as error:
            raise CommandError(str(error)) from error
        for person in people:
            self.stdout.write(f"  {person.email:<30} {person.password:<36} {person.roles}")
        self.stdout.flush()
        prepare()
