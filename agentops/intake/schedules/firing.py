"""What is due starts its run: one row per due time, in the transaction that starts it, so never twice."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from agentops.core.clock import db_now
from agentops.intake import starters
from agentops.intake.models import CatchUp, Firing, FiringOutcome, Schedule
from agentops.intake.schedules.times import NoSuchTime, last_until, next_after
from agentops.intake.trail import PART, record
from runs.agents import UnknownAgent
from runs.intake import Unusable, input_of
from runs.models import Run
from runs.points import durable
from runs.services import RunError, start_run

log = logging.getLogger(__name__)
ON_TIME = timedelta(minutes=5)  # later than that, a due time was missed and `catch_up` decides
AT_ONCE = 50


def fire_due() -> int:
    """Start what is due by the database's clock; a chore of the ticker. Two tickers do no harm."""
    now = db_now()
    due = Schedule.objects.filter(active=True, next_at__lte=now).order_by("next_at").values_list("pk", flat=True)
    return sum(_fired_alone(pk, now) for pk in list(due[:AT_ONCE]))


def _fired_alone(schedule_id: UUID, now: datetime) -> bool:
    """One that cannot be fired, for whatever reason, does not keep the others waiting; it stays due."""
    try:
        return _fired(schedule_id, now)
    except Exception:
        log.exception("schedule.failed", extra={"schedule": str(schedule_id)})
        return False


def _fired(schedule_id: UUID, now: datetime) -> bool:
    with durable("schedule.fire"):
        locked = Schedule.objects.select_for_update(skip_locked=True).select_related(None)
        schedule = locked.filter(pk=schedule_id, active=True, next_at__lte=now).first()
        if schedule is None:
            return False
        if why := starters.why_not(schedule.owner):
            return pause_by_itself(schedule, f"{why} A schedule starts runs in its owner's name.")
        try:
            return _fire(schedule, now)
        except NoSuchTime as error:
            return pause_by_itself(schedule, str(error))


def _fire(schedule: Schedule, now: datetime) -> bool:
    assert schedule.next_at is not None  # noqa: S101 - the constraint of an active schedule
    due, missed = last_until(schedule.cron, schedule.time_zone, schedule.next_at, now)
    skips = now - due > ON_TIME and schedule.catch_up == CatchUp.NONE
    if skips:
        _note(schedule, due, FiringOutcome.SKIPPED, "The house was not at work then, and nothing is caught up.", now)
        missed = None if missed is None else missed + 1
    if missed != 0:
        record("schedule.skipped", "schedule", schedule.pk, PART, data={"count": missed or "many"})
    started = not skips and _start(schedule, due, now)
    # Not from `now` alone: a clock that was set back must not name a time that was served.
    schedule.next_at = next_after(schedule.cron, schedule.time_zone, max(now, due))
    schedule.save(update_fields=["next_at"])
    return started


def _start(schedule: Schedule, due: datetime, now: datetime) -> bool:
    try:
        with transaction.atomic():  # a savepoint: what is refused leaves its row all the same
            run_id = start_run(
                agent=schedule.agent,
                requester=schedule.owner,
                goal=schedule.goal,
                given=input_of(schedule.given),
                request_key=f"schedule:{schedule.pk}:{due:%Y%m%dT%H%M%SZ}",
                subject=schedule.name,
            )
    except (RunError, UnknownAgent, Unusable) as refusal:
        return _note(schedule, due, FiringOutcome.REFUSED, str(refusal), now)
    _note(schedule, due, FiringOutcome.STARTED, "", now, Run.objects.get(pk=run_id))
    record("schedule.fired", "schedule", schedule.pk, PART, data={"due": due}, run=run_id)
    return True


def _note(
    schedule: Schedule, due: datetime, outcome: FiringOutcome, said: str, now: datetime, run: Run | None = None
) -> bool:
    Firing.objects.create(schedule=schedule, due_at=due, outcome=outcome, sentence=said[:500], run=run, at=now)
    if outcome == FiringOutcome.REFUSED:
        record("schedule.refused", "schedule", schedule.pk, PART, data={"due": due})
    return False


def pause_by_itself(schedule: Schedule, why: str) -> bool:
    """Stop a schedule that cannot go on, and say so where people look; the caller has locked it."""
    schedule.active, schedule.next_at, schedule.paused_why = False, None, why[:300]
    schedule.save(update_fields=["active", "next_at", "paused_why"])
    record("schedule.paused", "schedule", schedule.pk, PART, reason="owner_or_time", told={"why": why})
    return False
