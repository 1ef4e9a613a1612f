#!/usr/bin/env python
"""The door for every command; `python manage.py up` starts everything."""

import os
import sys

# What changes tables or rights runs as the owner of the database, everything else as the application.
OWNER_COMMANDS = {"migrate", "grant_rights", "sqlmigrate", "makemigrations"}


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentops.settings")
    os.environ.setdefault(
        "AGENTOPS_ROLE", sys.argv[1] if sys.argv[1:2] in (["web"], ["worker"], ["ticker"]) else "command"
    )
    if sys.argv[1:2] and sys.argv[1] in OWNER_COMMANDS:
        os.environ["AGENTOPS_AS_OWNER"] = "yes"
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        if "connection" not in str(error):
            raise
        sys.exit(f"The database does not answer: start it with `make run`, or set DATABASE_URL.\n{error}".strip())


if __name__ == "__main__":
    main()
