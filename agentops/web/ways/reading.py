"""Ways in as a page shows them: a row each with its state and the last thing it did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.intake.lifecycle import MailStatus
from agentops.intake.models import Arrival, Firing, Mail, Mailbox, Schedule, Watch
from agentops.intake.schedules.times import NoSuchTime, upcoming
from agentops.web.ways.kinds import KINDS, AnyWay, Kind
from reviews.queries import desks_of
from runs.agents import agents
from runs.models import Run

SHOWN = 20


@dataclass(frozen=True)
class Row:
    """One way in, in the list."""

    name: str
    url: str
    where: str
    agent: str
    tone: str
    icon: str
    state: str
    said: str
    last: datetime | None
    following: datetime | None


@dataclass(frozen=True)
class Section:
    """One kind with its rows."""

    kind: Kind
    rows: list[Row]


@dataclass(frozen=True)
class Happening:
    """One thing a way did: a file that arrived, or a time that was due."""

    at: datetime
    what: str
    tone: str
    icon: str
    said: str
    run: int | None
    mail: UUID | None = None


def sections() -> list[Section]:
    """All ways in; one query for each kind."""
    ordered: dict[Kind, QuerySet[Any]] = {kind: kind.model._default_manager.order_by("name") for kind in KINDS.values()}
    ordered[KINDS["schedule"]] = (
        Schedule.objects.select_related("owner").annotate(last=Max("firings__due_at")).order_by("name")
    )
    return [Section(kind, [row_of(way) for way in ways]) for kind, ways in ordered.items()]


def row_of(way: AnyWay) -> Row:
    """One way in with its state in words."""
    tone, icon, state = _state(way)
    return Row(
        name=way.name,
        url=reverse("ways:edit", args=[kind_of(way), way.pk]),
        where=_where(way),
        agent=next((agent.label for agent in agents if agent.name == way.agent), way.agent or "triage"),
        tone=tone,
        icon=icon,
        state=state,
        said=way.paused_why if not way.active else "" if isinstance(way, Schedule) else way.error,
        last=getattr(way, "last", None) if isinstance(way, Schedule) else way.looked_at,
        following=(way.next_at if isinstance(way, Schedule) else way.due_at) if way.active else None,
    )


def kind_of(way: AnyWay) -> str:
    """The kind's name in addresses."""
    return next(kind.name for kind in KINDS.values() if isinstance(way, kind.model))


def happenings(way: AnyWay) -> list[Happening]:
    """The newest things a way did, newest first."""
    if isinstance(way, Schedule):
        firings = Firing.objects.filter(schedule=way).select_related("run").order_by("-due_at")[:SHOWN]
        return [_fired(firing) for firing in firings]
    came = Q(watch=way) if isinstance(way, Watch) else Q(mail__mailbox=way)
    arrivals = Arrival.objects.filter(came).select_related("run").order_by("-at")[:SHOWN]
    return [arrived(arrival) for arrival in arrivals]


def arrived(arrival: Arrival) -> Happening:
    """A file as a line."""
    tone, icon = _ARRIVED[arrival.disposition]
    number = arrival.run.number if arrival.run else None
    return Happening(arrival.at, arrival.name, tone, icon, arrival.sentence, number, arrival.mail_id)


def next_times(way: AnyWay) -> list[datetime]:
    """When a schedule is due next; empty for the others and for one that is paused."""
    if not isinstance(way, Schedule) or not way.active:
        return []
    try:
        return upcoming(way.cron, way.time_zone, timezone.now(), 3)
    except NoSuchTime:
        return []


def triage(user: User) -> QuerySet[Mail]:
    """The mails that wait for somebody to say what they are, oldest first."""
    mails = Mail.objects.filter(status=MailStatus.TRIAGE).select_related("mailbox")
    if not user.holds(Role.OPERATOR, Role.AUDITOR):
        mails = mails.filter(desk__in=desks_of(user).values("slug"))
    return mails.order_by("at")


def runs_of(mail: Mail) -> QuerySet[Run]:
    """The runs that came out of a mail, those of retried refusals too."""
    ids = mail.arrivals.values_list("run_id", "problem__run_id")
    return Run.objects.filter(pk__in=[one for pair in ids for one in pair if one]).order_by("number")


def values_of(way: AnyWay, form: Any) -> dict[str, Any]:
    """What a form begins with."""
    found = {name: getattr(way, name) for name in form.base_fields}
    return {**found, "given": ""} if found.get("given") == {} else found


_ARRIVED = {
    "run": ("ok", "ok"),
    "refused": ("bad", "stop"),
    "ignored": ("none", "minus"),
    "known": ("warn", "copy"),
}
_FIRED = {"started": ("ok", "ok"), "skipped": ("warn", "clock"), "refused": ("bad", "stop")}


def _fired(firing: Firing) -> Happening:
    tone, icon = _FIRED[firing.outcome]
    said = firing.sentence or firing.get_outcome_display()
    number = firing.run.number if firing.run else None
    return Happening(firing.due_at, firing.get_outcome_display(), tone, icon, said, number)


def _state(way: AnyWay) -> tuple[str, str, str]:
    if not way.active:
        return "none", "pause", "Paused"
    if isinstance(way, Schedule):
        return "ok", "ok", "On"
    if way.failures:
        return "bad", "stop", f"Failing, {way.failures} in a row" if way.failures > 1 else "Failing"
    if way.error:
        return "warn", "warn", "On, with a warning"
    return ("ok", "ok", "On") if way.fine_at else ("info", "clock", "Not looked at yet")


def _where(way: AnyWay) -> str:
    if isinstance(way, Mailbox):
        return f"{way.user} at {way.host}, {way.folder}"
    if isinstance(way, Watch):
        return way.path
    return f"{way.cron} · {way.time_zone} · {way.owner.name}"
