"""`manage.py replay`: one run carried out again from its record, without effect."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from runs.agents import UnknownAgent
from runs.models import Run
from runs.replay.differences import Matters
from runs.replay.player import play
from runs.replay.reading import read_tape, run_named
from runs.replay.regress import NoSuchVersion, version_named

NOTED = frozenset({Matters.WORLD, Matters.MODEL})  # told, and no difference of the code


class Command(BaseCommand):
    """Exit code 1 if today's code differs from the record."""

    help = "Carry out a run again from its recorded calls, without any effect, and show where today's code differs."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """`--version` is an agent's here, and not the framework's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", help="R-17, 17, or the id")
        parser.add_argument("--live-tools", action="store_true", help="call the tools that only read again")
        parser.add_argument(
            "--version",
            dest="agent_version",
            default="",
            help="stages, tools, prompts and models of this version, or `current`",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and tell."""
        try:
            tape = read_tape(run_named(options["run"]))
            named = options["agent_version"]
            version = version_named(named, tape.run["agent"], of_this_code=False) if named else None
            played = play(tape, live_tools=options["live_tools"], version=version)
        except (Run.DoesNotExist, UnknownAgent, NoSuchVersion) as error:
            raise CommandError(str(error)) from None
        for one in played.differences:
            self.stdout.write(f"{one.matters}: {one.told()}")
        for sentence in played.cannot_tell:
            self.stdout.write(f"cannot tell: {sentence}")
        differs = [one for one in played.differences if one.matters not in NOTED]
        self.stdout.write(f"R-{played.number}: {played.compared} compared, {len(differs)} differences")
        if differs:
            sys.exit(1)
