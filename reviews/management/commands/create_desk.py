"""manage.py create_desk SLUG --name NAME --agent AGENT [--undo-seconds N]"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agentops.core.audit.trail import Actor
from reviews.models import Desk
from reviews.services import create_desk
from runs.agents import agents


class Command(BaseCommand):
    """A desk, before anybody can be granted anything at it."""

    help = "Create a desk where the reviews of agents wait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The desk, whose reviews it takes, and its times."""
        parser.add_argument("slug", help="short name in addresses, such as accounts-payable")
        parser.add_argument("--name", required=True, help="as people say it")
        parser.add_argument("--agent", action="append", default=[], help="whose reviews come here; may be given again")
        parser.add_argument("--undo-seconds", type=int, default=0, help="how long an approval can be taken back")
        parser.add_argument("--due-hours", type=int, default=8)
        parser.add_argument("--expire-hours", type=int, default=72)
        parser.add_argument("--escalates-to", metavar="SLUG", help="the desk that gets what expires; else it is denied")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create, or say why not."""
        slug, known = options["slug"], {agent.name for agent in agents}
        if unknown := sorted(set(options["agent"]) - known):
            raise CommandError(f"No agent is named {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
        if Desk.objects.filter(slug=slug).exists():
            raise CommandError(f"There is a desk {slug} already.")
        if options["due_hours"] < 1 or options["expire_hours"] < options["due_hours"]:
            raise CommandError("A review is due after an hour or more, and expires no earlier than it is due.")
        if not 0 <= options["undo_seconds"] <= 600:
            raise CommandError("An approval can be taken back for 0 to 600 seconds.")
        desk = create_desk(
            slug=slug,
            name=options["name"],
            agents=options["agent"],
            undo_seconds=options["undo_seconds"],
            due_hours=options["due_hours"],
            expire_hours=options["expire_hours"],
            escalates_to=_desk(options["escalates_to"]) if options["escalates_to"] else None,
            by=Actor.system("create_desk"),
        )
        told = ", ".join(desk.agents) or "no agent yet"
        self.stdout.write(f"Desk {desk.slug} ({desk.name}) takes the reviews of {told}.")


def _desk(slug: str) -> Desk:
    desk = Desk.objects.filter(slug=slug).first()
    if desk is None:
        raise CommandError(f"There is no desk {slug}.")
    return desk
