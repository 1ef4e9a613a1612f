"""`manage.py web`: the web server alone, for a service manager or a container."""

import hashlib
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from gunicorn.app.base import BaseApplication

from agentops.supervisor import gunicorn_settings
from agentops.supervisor.refusal import refuse_if_unsafe


class Command(BaseCommand):
    """Serve pages: few processes, each with threads."""

    help = "Run the web server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse unsafe settings, gather static files, and serve until told to stop."""
        refuse_if_unsafe()
        gather_static_files()
        Server(f"{options['host']}:{options['port']}").run()


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn in this process: what is loaded already is shared with the processes it forks."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def load_config(self) -> None:
        """Take our settings, and nothing from the command line or the environment."""
        given = {name: value for name, value in vars(gunicorn_settings).items() if name in self.cfg.settings}
        for name, value in {**given, "bind": self.address}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application; nothing that was opened so far may be shared between processes."""
        from agentops.wsgi import application

        connections.close_all()
        return application


def gather_static_files() -> None:
    """Collect them under names that hold their hash, unless nothing changed since the last time."""
    mark, now = settings.STATIC_ROOT / ".made-from", _fingerprint()
    if mark.exists() and mark.read_text() == now:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=StringIO())
    mark.write_text(now)


def _fingerprint() -> str:
    found = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            found.update(f"{name} {file.st_mtime_ns} {file.st_size}\n".encode())
    return found.hexdigest()
