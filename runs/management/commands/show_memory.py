"""`show_memory 20931`: what run R-20931 knows, as its next prompt would hold it, and how many tokens that saves."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from runs.agents import agents
from runs.memory import memory_of
from runs.models import Run


class Command(BaseCommand):
    """Reads and prints; a planner would be told exactly this."""

    help = "Print the working memory of a run, and the tokens that it saves against whole results."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="The run's number, without R-.")

    def handle(self, *args: Any, **options: Any) -> None:
        run = Run.objects.select_related("given").filter(number=options["number"]).first()
        if run is None:
            raise CommandError(f"There is no run R-{options['number']}.")
        planned = run.agent in agents and agents.get(run.agent).plans_by_asking
        memory = memory_of(run.id, intent=run.given.goal if planned else "")
        self.stdout.write(orjson.dumps(memory.as_json(), option=orjson.OPT_INDENT_2).decode())
        self.stdout.write(
            f"{memory.tokens_shown} of {memory.tokens_whole} tokens are shown: {memory.saved_tokens} tokens saved."
        )
