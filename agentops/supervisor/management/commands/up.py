"""`manage.py up`: the whole product on this machine, in the foreground."""

import os
import signal
import time
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agentops.supervisor import (
    account,
    binaries,
    house,
    layout,
    leftovers,
    lock,
    ports,
    postgres,
    processes,
    supervisor,
)

EXPECTED = (
    account.NoAccount, binaries.NoServer, house.CommandFailed, layout.FolderUnusable, leftovers.StillRunning,
    lock.AlreadyRunning, ports.PortTaken, postgres.ServerFailed, supervisor.StartFailed,
)  # fmt: skip
LOOPBACK = "127.0.0.1"
DEMO_MARK, ACCOUNTS = "demo", "demo_accounts.json"


class Command(BaseCommand):
    """Start PostgreSQL, Redis, web, workers and ticker, keep them running, stop them together."""

    help = "Start everything and keep it running; Ctrl-C stops it."
    requires_system_checks: list[str] = []  # the parts check themselves, with the addresses they are given

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command line."""
        cores = os.cpu_count() or 2
        parser.add_argument(
            "--data", type=Path, default=settings.DATA_DIR, help="folder that keeps everything (%(default)s)"
        )
        parser.add_argument("--port", type=int, default=8000, help="port of the web server (%(default)s)")
        parser.add_argument(
            "--host", default=LOOPBACK, help="address to listen on; only without the demo (%(default)s)"
        )
        parser.add_argument("--workers", type=int, default=min(cores, 4), help="worker processes (%(default)s)")
        parser.add_argument(
            "--demo",
            action=BooleanOptionalAction,
            default=True,
            help="demo people, invoices and relaxed cookies on this machine only",
        )
        parser.add_argument("--tied", action="store_true", help="stop when the process that started this ends")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal."""
        if options["tied"]:
            processes.die_with_parent(signal.SIGTERM)
        self._began = time.monotonic()
        self._check(**options)
        home = house.House(
            options["data"].expanduser().absolute(),
            options["port"],
            options["host"],
            options["workers"],
            options["demo"],
            self._say,
        )
        self._keep_demo_and_work_apart(home)
        keeper = supervisor.Supervisor(home)
        try:
            keeper.run(greet=lambda: self._greet(keeper))
        except EXPECTED as error:
            raise CommandError(str(error)) from None
        self._say("stopped")

    def _check(self, **options: Any) -> None:
        if options["workers"] < 1:
            raise CommandError("--workers must be 1 or more.")
        if options["demo"] and options["host"] != LOOPBACK:
            raise CommandError(
                "The demo's passwords are printed, so it answers on this machine only: leave out --host."
            )

    def _keep_demo_and_work_apart(self, home: house.House) -> None:
        """A folder is a demo or it is not, from its first start; the demo's passwords were printed."""
        mark, used = home.data / DEMO_MARK, (home.data / "keys").exists()
        if used and home.demo and not mark.exists():
            raise CommandError(f"{home.data} is not a demo: start it with --no-demo, or choose another --data.")
        if mark.exists() and not home.demo:
            raise CommandError(f"{home.data} holds the demo, whose passwords were printed: choose another --data.")
        if home.demo:
            home.data.mkdir(mode=0o711, parents=True, exist_ok=True)
            mark.touch()

    def _greet(self, keeper: supervisor.Supervisor) -> None:
        home = keeper.house
        preparing, status = home.demo_parts()
        if home.demo:
            keeper.add(preparing)
        ready = keeper.wait_until_ready()
        if home.demo:
            keeper.wait_for(preparing, home.data / ACCOUNTS)
        address = f"http://{home.host}:{home.port}/" if home.demo else settings.PUBLIC_URL
        word = "ready" if ready else "started, but not everything is ready (see /readyz),"
        self._say(f"{word} after {time.monotonic() - self._began:.1f} s: {address}")
        if home.demo:
            keeper.add(status)

    def _say(self, text: str) -> None:
        self.stdout.write(f"agentops: {text}")
        self.stdout.flush()
