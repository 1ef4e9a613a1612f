"""`manage.py regress`: stored runs as a regression suite for the code that is here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from runs.agents import UnknownAgent, agents
from runs.replay import regress
from runs.replay.differences import Matters
from runs.replay.reading import read_tape
from runs.replay.tape import Tape


class Command(BaseCommand):
    """Exit code 1 if any run would go otherwise than is allowed."""

    help = "Replay stored runs, or those of a file, and say which would go otherwise with the code that is here."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """`--version` is an agent's here, and not the framework's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", default="", help="runs begun on or after this day or moment (ISO)")
        parser.add_argument("--agent", default="")
        parser.add_argument("--version", dest="agent_version", default="", help="models of this version, or `current`")
        parser.add_argument("--most", type=int, default=0, help="runs at most")
        parser.add_argument("--allow", default="world,model,wording", help=f"of {', '.join(Matters)}")
        parser.add_argument("--confidence", type=Decimal, default=Decimal(0), help="how far confidence may be off")
        parser.add_argument("--read", type=Path, help="replay the records of this file instead")
        parser.add_argument("--write", type=Path, help="keep the records in a file, in the clear, and replay nothing")
        parser.add_argument("--json", action="store_true", help="one line of JSON a run")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and count."""
        try:
            allowed = regress.Allowed(
                frozenset(Matters(name) for name in options["allow"].split(",") if name), options["confidence"]
            )
            since = _moment(options["since"])
        except ValueError as error:
            raise CommandError(str(error)) from None
        ids = regress.stored_runs(since=since, agent=options["agent"], most=options["most"])
        if options["write"]:
            self.stdout.write(f"{regress.write_file(options['write'], ids)} runs written to {options['write']}")
            return
        tapes = iter(regress.read_file(options["read"])) if options["read"] else map(read_tape, ids)
        broken = self._replay(tapes, allowed, options)
        if broken:
            sys.exit(1)

    def _replay(self, tapes: Iterator[Tape], allowed: regress.Allowed, options: dict[str, Any]) -> int:
        count = compared = broken = 0
        for tape, played in self._played(tapes, options["agent_version"]):
            wrong = allowed.broken(played)
            count, compared, broken = count + 1, compared + played.compared, broken + bool(wrong)
            if options["json"]:
                told = {"run": played.number, "agent": tape.run["agent"], "compared": played.compared}
                told |= {"differences": [one.as_json() for one in wrong]}
                self.stdout.write(orjson.dumps(told, default=str).decode())
            elif wrong:
                self.stdout.write(f"R-{played.number} ({tape.run['agent']}): {wrong[0].matters}: {wrong[0].told()}")
        if not options["json"]:
            self.stdout.write(f"{count} runs, {compared} compared, {broken} would go otherwise")
        return broken

    def _played(self, tapes: Iterator[Tape], named: str) -> Iterator[Any]:
        for tape in tapes:
            try:
                version = regress.version_named(named, tape.run["agent"]) if named else None
            except (regress.NoSuchVersion, UnknownAgent) as error:
                if tape.run["agent"] in agents:
                    raise CommandError(str(error)) from None
                version = None
            yield from regress.played([tape], version=version)


def _moment(text: str) -> datetime | None:
    """Raises `ValueError`."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
