"""Read a policy from a file: directly until a person has confirmed one, later as a pending change."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tools_registry.policy import Policy, PolicyInvalid
from tools_registry.services import change_policy_by_command


class Command(BaseCommand):
    help = "Make the policy of a JSON file the one in force, or ask for it once a person has confirmed one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a file of policy_export, or - for standard input")
        parser.add_argument("--why", default="", help="the reason, kept with the version")

    def handle(self, *, file: str, why: str, **options: Any) -> None:
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
            policy = Policy.from_json(json.loads(text))
        except (OSError, ValueError) as error:  # PolicyInvalid and JSON's own are ValueErrors
            kind = "The policy" if isinstance(error, PolicyInvalid) else file
            raise CommandError(f"{kind} was not read, nothing changed: {error}") from error
        proposed = change_policy_by_command(to=policy, why=why or f"policy_import {file}", now=timezone.now())
        self.stdout.write(str(proposed))
