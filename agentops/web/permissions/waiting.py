"""What waits for an answer: loosenings for a second administrator, and kill switches that are thrown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.formatting import amount, words
from runs.agents import Agent, agents
from tools_registry.facts import GRANT_AMOUNTS
from tools_registry.kinds import Mode
from tools_registry.models import PendingPolicy, Switch
from tools_registry.policy import Change
from tools_registry.queries import waiting_policies

MODES = {
    Mode.DENY: ("Denied", "none", "x"),
    Mode.REVIEW: ("Review always", "warn", "pause"),
    Mode.AUTO: ("Auto", "ok", "check"),
}
CELL_WORDS = {
    "mode": "mode",
    "item_limit": "amount",
    "day_limit_counterparty": "a day per counterparty",
    "day_limit_order": "a day per order",
    "day_limit_agent": "a day in all",
    "min_confidence": "confidence",
    "second_signature_over": "second signature above",
    "sampling_rate": "checked at random",
}


@dataclass(frozen=True)
class Line:
    """One cell of a change, said in words."""

    kind: str
    tone: str
    icon: str
    subject: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Waiting:
    """A change that waits for a second administrator."""

    id: str
    url: str
    author: str
    at: datetime
    why: str
    lines: list[Line]
    may_confirm: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Stop:
    """A thrown kill switch."""

    id: str
    scope: str
    label: str
    by: str
    at: datetime
    reason: str
    may_release: bool
    release: str
    note: str


def waiting_changes(user: User) -> list[Waiting]:
    """The loosenings nobody has answered yet, oldest first."""
    return said(waiting_rows(), user)


def said(rows: Iterable[PendingPolicy], user: User) -> list[Waiting]:
    """Waiting changes in words, with what this person may answer."""
    may = user.holds(Role.POLICY_ADMIN)
    return [_waiting(row, user, may) for row in rows]


def stops(user: User) -> list[Stop]:
    """The kill switches that are thrown, newest first."""
    may = user.holds(Role.POLICY_ADMIN)
    rows = Switch.objects.select_related("stopped_by", "release_asked_by").order_by("-at")
    return [_stop(row, user, may) for row in rows]


def lines_of(changes: Iterable[Change]) -> list[Line]:
    """Changes in words, as the pending list and the toast say them."""
    return [_line(change) for change in changes]


def touched_cells() -> set[tuple[str, str]]:
    """Agent and tool of every cell with a change that waits."""
    return {(change.agent, change.tool) for row in waiting_rows() for change in changes_of(row)}


def scope_label(scope: str) -> str:
    """`Everything`, `Agent Invoices`, `Tool post_to_accounting`."""
    kind, _, name = scope.partition(":")
    if kind == "all":
        return "Everything"
    label = next((agent.label for agent in agents if agent.name == name), name) if kind == "agent" else name
    return f"{words(kind)} {label}"


def agent_named(name: str) -> Agent | None:
    """The agent of this name, or None."""
    return next((agent for agent in agents if agent.name == name), None)


def waiting_rows() -> list[PendingPolicy]:
    """The rows of the changes that wait and have not expired."""
    return list(waiting_policies().filter(expires_at__gt=timezone.now()))


def _waiting(row: PendingPolicy, user: User, may: bool) -> Waiting:
    mine = row.author_id == user.pk
    return Waiting(
        id=str(row.pk),
        url=reverse("permissions:answer", args=[row.pk]),
        author=row.author.name if row.author else "A command",
        at=row.created_at,
        why=row.why,
        lines=lines_of(changes_of(row)),
        may_confirm=may and not mine,
        may_withdraw=may and mine,
    )


def changes_of(row: PendingPolicy) -> list[Change]:
    """The cells that a waiting change is made of."""
    return [Change.from_json(item) for item in row.changes]


def _line(change: Change) -> Line:
    subject = f"{_label(change.agent)}, {change.tool or 'rule'}"
    what = CELL_WORDS.get(change.cell, change.cell)
    before, after = (_cell_words(change.cell, value) for value in (change.old, change.new))
    if change.loosens:
        return Line("loosens", "warn", "sign", subject, what, before, after)
    return Line("tightens", "ok", "lock", subject, what, before, after)


def _cell_words(cell: str, value: str | None) -> str:
    if value is None:
        return "none"
    if cell == "mode":
        return MODES[Mode(value)][0]
    is_amount = cell in GRANT_AMOUNTS and cell != "min_confidence"
    return f"{amount(Decimal(value), settings.BASE_CURRENCY)} {settings.BASE_CURRENCY}" if is_amount else value


def _label(name: str) -> str:
    agent = agent_named(name)
    return agent.label if agent else name


def _stop(row: Switch, user: User, may: bool) -> Stop:
    asked = row.release_asked_by
    note = f"{asked.name} asked to let it run again; a second policy administrator confirms." if asked else ""
    return Stop(
        id=row.scope.replace(":", "-"),
        scope=row.scope,
        label=scope_label(row.scope),
        by=row.stopped_by.name,
        at=row.at,
        reason=row.reason,
        may_release=may and (asked is None or asked.pk != user.pk),
        release="Confirm: let it run again" if asked else "Ask to let it run again",
        note=note,
    )
