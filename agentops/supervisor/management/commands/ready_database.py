"""`manage.py ready_database`: tables and rights, as the owner; what `up` runs before anything else."""

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection

from agentops.database import role_of
from agentops.supervisor.refusal import refuse_if_unsafe


class Command(BaseCommand):
    """Migrate, then give the application's role its rights."""

    help = "Bring tables and rights up to date (run as the owner of the database)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse unsafe settings, then do both; prints nothing unless something fails."""
        refuse_if_unsafe()
        call_command("migrate", interactive=False, verbosity=0, stdout=StringIO())
        role = role_of(settings.DATABASE_URL)
        if role and role != connection.settings_dict["USER"] and "grant_rights" in get_commands():
            call_command("grant_rights", role=role, stdout=StringIO())
