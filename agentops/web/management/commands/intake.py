"""manage.py intake: files in through the same door as an upload, one line out per file.

A mail (`.eml`) is taken apart like one from a mailbox; `agentops/web/mail_file.py` says what its one line tells.
"""

from __future__ import annotations

import errno
import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agentops.core.file_names import located, names, shown_name
from agentops.core.models import User
from agentops.intake.mail import caps
from agentops.intake.mail.given import SUFFIX, take_mail
from agentops.web.mail_file import line_of
from agentops.web.outcomes import Outcome, outcome_of
from runs.agents import agents
from runs.intake import take_in
from runs.worker import living

LOOK_EVERY = 0.05
LARGEST = 25 * 1024 * 1024
CHANNEL = "command"


class Command(BaseCommand):
    """Take files in, one after the other, and say what became of each."""

    help = "Take documents in and print one JSON line per file, in the order given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command line."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or - for names on standard input")
        parser.add_argument("--root", type=Path, help="folder that names are relative to, and printed relative to")
        parser.add_argument("--as", dest="email", help="who asks; without it the agent's inbox does")
        parser.add_argument("--agent", default="", help="which agent (the first that takes files)")
        parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for each file (%(default)s)")
        parser.add_argument("--jsonl", action="store_true", help="one JSON object per line (the only format)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises `CommandError` for an unknown person or agent, and when no worker is alive."""
        agent = self._agent(options["agent"])
        requester = self._requester(options["email"])
        self._check_workers(options["wait"])
        for name in names(options["files"]):
            line = self._process(name, options["root"], agent, requester, options["wait"])
            self.stdout.write(json.dumps(line, ensure_ascii=not _utf8(line["file"])))
            self.stdout.flush()

    def _process(self, name: str, root: Path | None, agent: str, requester: User, wait: float) -> dict[str, Any]:
        began = time.monotonic()
        path, shown = located(name, root), shown_name(name, root)
        is_mail = path.suffix.lower() == SUFFIX
        try:
            data = _read(path, caps.MAIL_BYTES if is_mail else LARGEST)
        except OSError as error:
            self.stderr.write(f"{shown.encode('utf-8', 'backslashreplace').decode()}: {error.strerror or error}")
            return _line(shown, None, None, Outcome("unreadable", None, None, ["not_a_file"]), began)
        if is_mail:
            return self._process_mail(shown, data, agent, requester, wait, began)
        taken = take_in(
            agent=agent, data=data, name=path.name, requester=requester, now=timezone.now(), channel=CHANNEL
        )
        if taken.run_id is None:
            return _line(shown, taken.document, None, Outcome("refused", None, "reject", [taken.code]), began)
        return _line(shown, taken.document, taken.run_id, _settled(taken.run_id, began, wait), began)

    def _process_mail(
        self, shown: str, data: bytes, agent: str, requester: User, wait: float, began: float
    ) -> dict[str, Any]:
        desk = agents.get(agent).desk
        mail = take_mail(data, agent=agent, desk=desk, requester=requester, now=timezone.now())
        found = line_of(mail, lambda run_id: _settled(run_id, began, wait))
        return _line(shown, found.sha256, found.run, found.outcome, began)

    def _agent(self, name: str) -> str:
        taking = [agent.name for agent in agents.taking_files()]
        if name and name not in taking:
            raise CommandError(f"No agent {name!r} takes files. Those that do: {', '.join(taking) or 'none'}.")
        if not taking:
            raise CommandError("No agent takes files.")
        return name or taking[0]

    def _requester(self, email: str | None) -> User:
        if email:
            user = User.objects.filter(email__iexact=email, is_active=True).first()
            if user is None:
                raise CommandError(f"There is no active user {email}. Leave --as out to use the inbox.")
            return user
        return inbox_user()

    def _check_workers(self, wait: float) -> None:
        if wait <= 0:
            return
        try:
            alive = living()
        except redis.RedisError as error:
            raise CommandError(f"Redis does not answer, so nothing would work on the files: {error}") from error
        if not alive:
            raise CommandError("No worker is alive: start one with `manage.py worker`, or everything with `make run`.")


def inbox_user() -> User:
    """The service user behind the inbox; made when it is missing."""
    from agentops.core.audit.trail import Actor
    from agentops.core.services import create_service

    email = settings.INBOX_USER
    found = User.objects.filter(email=email).first()
    return found or create_service(email=email, name="Inbox", by=Actor.system("intake"), now=timezone.now())


def _settled(run_id: UUID, began: float, wait: float) -> Outcome:
    """What became of a run, as soon as it is settled or the time to wait is over."""
    found = outcome_of(run_id)
    while not found.settled and time.monotonic() - began < wait:
        time.sleep(LOOK_EVERY)
        found = outcome_of(run_id)
    return found


def _read(path: Path, most: int) -> bytes:
    if not path.is_file():  # a pipe or a device would be waited for, or never end
        raise FileNotFoundError(errno.ENOENT, "there is no such file")
    with path.open("rb") as file:
        return file.read(most + 1)


def _utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _line(file: str, sha256: str | None, run: UUID | None, found: Outcome, began: float) -> dict[str, Any]:
    return {
        "file": file,
        "sha256": sha256,
        "run": str(run) if run else None,
        "status": found.status,
        "stage": found.stage,
        "disposition": found.disposition,
        "reasons": found.reasons,
        "seconds": round(time.monotonic() - began, 3),
    }
