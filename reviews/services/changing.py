"""A desk's times and rules changed, by a user administrator; each an event that says what was before, and why.

What is open keeps the times it was opened with, so nothing moves in anybody's queue. Limits are not changed here:
raising one takes two people (`limits`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import available_timezones

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.hashing import digest
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from reviews.lifecycle import ExpiryRule
from reviews.models import Desk
from reviews.queries.desks import people_at
from reviews.services.unassigned import UNASSIGNED, adopt
from reviews.standing import ReviewError
from runs.agents import agents as registered
from runs.points import durable

TIMES = (
    "due_hours",
    "due_hours_stuck",
    "due_hours_clarification",
    "due_hours_sample",
    "expire_hours",
    "approval_hours",
)
CLOCK = ("opens", "closes", "weekdays", "holidays", "zone")
SETTINGS = ("name", "agents", *TIMES, *CLOCK, "expiry_rule", "escalates_to", "risk_to", "overdue_to", "undo_seconds")
MOST_HOURS = 24 * 365
MOST_UNDO = 600


class CannotChangeDesk(ReviewError):
    """Settings that are refused, or somebody who may not change them; the message says why."""


def settings_of(desk: Desk) -> dict[str, Any]:
    """What can be changed, as the trail keeps it: plain values by name."""
    return {name: _plain(getattr(desk, name)) for name in SETTINGS}


def version_of(desk: Desk) -> str:
    """Names what somebody saw, so that two administrators do not overwrite each other unseen."""
    return digest(settings_of(desk))


@durable("desk.change")
def change_desk(
    *, desk: Desk, by: User, why: str, now: datetime, seen: str | None = None, **wanted: Any
) -> tuple[str, ...]:
    """Change these settings (`SETTINGS`, each as the desk's field); says which of them gave more time.

    What gives reviews more time, or people less time to undo, needs a `why`. Raises `CannotChangeDesk`.
    """
    desk = Desk.objects.select_for_update().get(pk=desk.pk)
    if Role.USER_ADMIN not in roles_of(by.pk):
        raise CannotChangeDesk("Only a user administrator changes a desk.")
    if desk.slug == UNASSIGNED:
        raise CannotChangeDesk("Nobody decides at this desk; it has nothing to set.")
    if seen is not None and seen != version_of(desk):
        raise CannotChangeDesk("Somebody changed this desk while you looked at it. Look at it again.")
    before = settings_of(desk)
    for name, value in wanted.items():
        setattr(desk, name, value)
    _check(desk)
    after = settings_of(desk)
    changes = {name: [was, after[name]] for name, was in before.items() if after[name] != was}
    looser = tuple(name for name in changes if _loosens(name, before, after))
    why = " ".join(why.split())[:500]
    if looser and not why:
        raise CannotChangeDesk("This gives more time before something happens. Say why; it is kept in the audit trail.")
    if changes:
        desk.save(update_fields=list(changes))
        data = {"changes": changes, "loosens": list(looser), "why": why}
        about = ("desk", str(desk.pk), None)
        append(f"desk:{desk.pk}", Event(action="desk.changed", actor=Actor.of(by), object=about, data=data))
        if "agents" in changes:
            adopt(desk, agents=list(desk.agents), by=Actor.of(by), now=now)
    return looser


def _check(desk: Desk) -> None:
    """What the database holds too, in words for the person at the form."""
    desk.name = " ".join(desk.name.split())[:120]
    known = {agent.name for agent in registered}
    times = {name: getattr(desk, name) for name in TIMES}
    checks: Mapping[str, bool] = {
        "Give the desk a name.": bool(desk.name),
        "There is no such agent.": set(desk.agents) <= known,
        "Times are whole hours, from 1 to a year of them.": all(
            value is None or 1 <= value <= MOST_HOURS for value in times.values()
        ),
        "A review is due before it expires, whatever its kind.": all(
            (value or 0) <= desk.expire_hours for name, value in times.items() if name.startswith("due")
        ),
        "An approval can be taken back for 0 to 600 seconds.": 0 <= desk.undo_seconds <= MOST_UNDO,
        "Give both the time it opens and the time it closes, or neither.": (desk.opens is None)
        == (desk.closes is None),
        "It opens before it closes, on the same day.": desk.opens is None
        or desk.closes is None
        or desk.opens < desk.closes,
        "Choose at least one day of the week.": bool(desk.weekdays) and set(desk.weekdays) <= set(range(7)),
        "There is no such time zone. Write it as Europe/Berlin.": desk.zone in available_timezones(),
        "Choose the desk that what expires goes to.": desk.expiry_rule != ExpiryRule.ESCALATE
        or desk.escalates_to is not None,
        "A desk does not hand over to itself.": desk.escalates_to_id != desk.pk,
        "What expires is rejected or handed over, never allowed.": desk.expiry_rule in ExpiryRule.values,
    }
    for sentence, holds in checks.items():
        if not holds:
            raise CannotChangeDesk(sentence)
    if desk.expiry_rule == ExpiryRule.ESCALATE and desk.escalates_to and not people_at(desk.escalates_to):
        raise CannotChangeDesk(f"Nobody decides at {desk.escalates_to.name}. Choose another desk.")
    able = {person.pk for person in people_at(desk)} if desk.risk_to_id or desk.overdue_to_id else set()
    if {desk.risk_to_id, desk.overdue_to_id} - {None} - able:
        raise CannotChangeDesk("Escalate to somebody who decides at this desk.")


def _loosens(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Does it give reviews more time, or people less to undo?"""
    was, now = before[name], after[name]
    if name.startswith("due_hours_"):  # empty: as approvals
        was, now = was or before["due_hours"], now or after["due_hours"]
    if name in TIMES:
        return bool(now > was)
    if name == "undo_seconds":
        return bool(now < was)
    return bool(name == "expiry_rule" and now == ExpiryRule.ESCALATE)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(_plain(one) for one in value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value.pk) if hasattr(value, "pk") else value
