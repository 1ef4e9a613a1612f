"""The desk of last resort: what needs a person waits there when nobody made a desk for its agent.

Nobody decides there. A review stays until a desk that takes its agent is made, and then goes to it; operators and
auditors see how much waits (runs page, `/readyz`, system check).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps as installed
from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from agentops.core.audit.trail import Actor, Event
from reviews.lifecycle import IS_OPEN
from reviews.models import Desk, Review
from reviews.sql import lock_review
from runs import steering

UNASSIGNED = "unassigned"
A_YEAR = 24 * 365
ABOUT = {"name": "Unassigned", "agents": [], "due_hours": 8, "expire_hours": A_YEAR, "expiry_rule": "deny"}


def make_last_resort(using: str = DEFAULT_DB_ALIAS, apps: Any = installed, **signal: Any) -> None:
    """Make the desk if it is not there; run by a migration, and again after each one."""
    try:
        desk = apps.get_model("reviews", "Desk")
    except LookupError:
        return  # migrated back to where there are no desks
    desk.objects.using(using).get_or_create(slug=UNASSIGNED, defaults=ABOUT)


def desk_of_last_resort() -> Desk:
    """The desk; made again should somebody have emptied the table."""
    return Desk.objects.get_or_create(slug=UNASSIGNED, defaults=ABOUT)[0]


def waiting_unassigned() -> QuerySet[Review]:
    """What waits where nobody decides, oldest first."""
    return Review.objects.filter(IS_OPEN, desk__slug=UNASSIGNED).order_by("opened_at")


def adopt(desk: Desk, *, agents: list[str], by: Actor, now: datetime) -> int:
    """Hand to a desk what waited for one, in the caller's transaction; says how many."""
    found = waiting_unassigned().filter(agent__in=agents).values_list("id", "run_id")
    return sum(_adopt(review_id, run_id, desk, by, now) for review_id, run_id in list(found))


def _adopt(review_id: Any, run_id: Any, desk: Desk, by: Actor, now: datetime) -> bool:
    run = steering.lock_run(run_id)
    review = lock_review(review_id)
    if not review.is_open or review.desk.slug != UNASSIGNED:
        return False
    from reviews.services.opening import rank  # that file asks this one for the desk of last resort

    review.desk, times = desk, desk.times(now, review.kind)
    for name, at in times.items():
        setattr(review, name, at)
    review.sort_at, review.escalated = rank(review), 0  # its time begins here
    review.save(update_fields=["desk", "sort_at", "escalated", *times])
    about = ("review", str(review.id), review.number)
    event = Event(action="review.assigned", actor=by, object=about, run=run.id, data={"desk": desk.slug})
    steering.record_event(run, event)
    return True
