"""Preparing the demo, what is going on in it, and how it went."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from agentops.core.clock import today
from agentops.core.models import User
from agentops.demo.people import INBOX, Account, make_desk, make_people
from runs.agents import agents
from runs.intake import take_in
from runs.models import IntakeProblem, Run


def prepare() -> list[Account]:
    """People, desks, the agents' worlds and their inboxes; makes only what is missing."""
    people = make_people(timezone.now())
    for agent in agents:
        make_desk(agent.desk, agent.desk.replace("-", " ").capitalize(), [agent.name])
        folder = Path(settings.DATA_DIR) / "demo_world" / agent.name
        if not (folder / DELIVERED).exists():
            deliver(agent.name, agent.prepare_demo(folder, today()))
            folder.mkdir(parents=True, exist_ok=True)
            (folder / DELIVERED).touch()
    return people


DELIVERED = "delivered"


def deliver(agent: str, files: list[Path]) -> None:
    """Put files into the agent's inbox, as its service user; each once, however often this is called."""
    requester = User.objects.get(email=INBOX)
    for file in files:
        take_in(
            agent=agent,
            data=file.read_bytes(),
            name=file.name,
            requester=requester,
            now=timezone.now(),
            request_key=f"demo:{file.name}",
        )


SAID = (
    ("completed", "done"),
    ("running", "being worked on"),
    ("queued", "queued"),
    ("awaiting", "waiting for people"),
    ("rejected", "rejected"),
    ("failed", "failed"),
    ("cancelled", "cancelled"),
)


def status() -> str:
    """One line: what became of the runs so far."""
    counts = dict(Run.objects.values_list("status").annotate(n=Count("id")))
    parts = [f"{counts[name]} {words}" for name, words in SAID if counts.get(name)]
    if refused := IntakeProblem.objects.count():
        parts.append(f"{refused} refused at the door")
    return ", ".join(parts) or "nothing has come in yet"
