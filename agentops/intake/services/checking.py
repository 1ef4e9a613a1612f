"""What must be so before a way in is set up or changed; each refusal names the field it is about."""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from agentops.core.models import User
from agentops.intake import starters
from agentops.intake.mail.server import HERE
from agentops.intake.models import Mailbox, Schedule, Tls, Watch
from agentops.intake.schedules.times import NoSuchTime, next_after
from agentops.intake.watches.folder import DONE, REFUSED
from reviews.models import Desk
from runs.agents import agents
from runs.intake import Unusable, input_of

AnyWay = TypeVar("AnyWay", Mailbox, Watch, Schedule)


class WayError(ValueError):
    """A change that is refused: `field` is where, the message is for whoever asked."""

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(message)


def check(way: AnyWay) -> None:
    """Raises `WayError` for the first thing that cannot be."""
    _check_agent(way)
    if isinstance(way, Schedule):
        _check_schedule(way)
    else:
        _check_requester(way.requester)
        if not Desk.objects.filter(slug=way.desk).exists():
            raise WayError("desk", "There is no such desk.")
    if isinstance(way, Mailbox):
        _check_mailbox(way)
    if isinstance(way, Watch):
        _check_path(way)
    try:
        way.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise WayError(field if field != "__all__" else "", " ".join(messages)) from error


def _check_agent(way: AnyWay) -> None:
    if isinstance(way, Mailbox) and not way.agent:
        return  # everything in it goes to triage
    taking = list(agents) if isinstance(way, Schedule) else agents.taking_files()
    if isinstance(way, Mailbox):
        taking = agents.taking_mail()
    if way.agent not in {agent.name for agent in taking}:
        raise WayError("agent", "Choose one of the agents.")


def _check_requester(requester: User) -> None:
    if requester.is_person:
        raise WayError("requester", "What comes in by itself is asked for by a service user, never by a person.")
    if refusal := starters.why_not(requester):
        raise WayError("requester", refusal)


def _check_mailbox(way: Mailbox) -> None:
    if way.host.lower() not in {host.lower() for host in settings.MAIL_HOSTS}:
        raise WayError("host", "This house does not talk to that server: AGENTOPS_MAIL_HOSTS must name it first.")
    if way.tls == Tls.NONE and way.host.lower() not in HERE:
        raise WayError("tls", "Without TLS a mailbox is only read from this machine itself.")
    if way.done_folder.lower() == way.folder.lower():
        raise WayError("done_folder", "What is done moves to another folder than the one that is read.")
    if way.acknowledge and not way.address:
        raise WayError("address", "An acknowledgement needs a sender.")
    for name in ("user", "folder", "done_folder"):
        if not getattr(way, name).isprintable():
            raise WayError(name, "This holds characters that cannot be shown.")


def _check_path(way: Watch) -> None:
    steps = way.path.split("/")
    if any(step in ("", ".", "..") or step.startswith(".") or not step.isprintable() for step in steps):
        raise WayError("path", "Write the path as names with slashes, from the root down: suppliers/inbox.")
    if {step.lower() for step in steps} & {DONE, REFUSED}:
        raise WayError("path", f"Folders named {DONE} and {REFUSED} hold what was taken; they are not watched.")


def _check_schedule(way: Schedule) -> None:
    if refusal := starters.why_not(way.owner):
        raise WayError("", f"{refusal} A schedule starts runs in its owner's name.")
    try:
        next_after(way.cron, way.time_zone, timezone.now())
    except NoSuchTime as error:
        raise WayError("time_zone" if "zone" in str(error) else "cron", str(error)) from error
    if not isinstance(way.given, dict):
        raise WayError("given", 'Write the input as a JSON object, such as {"month": "last"}; or leave it out.')
    try:
        input_of(way.given)
    except Unusable as refused:
        raise WayError("given", refused.message) from refused
