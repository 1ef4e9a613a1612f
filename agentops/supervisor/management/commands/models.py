"""`manage.py models`: one process that asks models, for a service manager or a container."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agentops.supervisor.refusal import refuse_if_unsafe


class Command(BaseCommand):
    """Make the calls to models that are due until told to stop."""

    help = "Run one process that asks models; it has hundreds of calls in flight at once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse unsafe settings and a house without a provider, then work."""
        refuse_if_unsafe()
        from runs.gateway.performing.process import NoProvider, run_models

        try:
            run_models()
        except NoProvider as error:
            raise CommandError(str(error)) from None
