"""Away with dates: who stands in, and how far that goes. A stand-in decides with their own rights, never another's."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from reviews.models import Absence
from reviews.queries.away import LONGEST_CHAIN, covered_absences
from reviews.queries.desks import desks_of
from reviews.services.refusals import ReviewError
from reviews.standing import DECIDE
from runs.points import durable

FARTHEST = timedelta(days=3660)  # from today; beyond it a typing error, and what a calendar cannot show


class CannotBeAway(ReviewError):
    """An absence that is refused; the message says why."""


def be_away(
    *, person: User, begins_at: datetime, ends_at: datetime, stand_in: User | None, by: User, now: datetime
) -> Absence:
    """Say that somebody is away; by themselves or a user administrator. Raises `CannotBeAway`."""
    _check_may(person, by)
    if ends_at <= begins_at or ends_at <= now:
        raise CannotBeAway("The end lies before the beginning, or is over already.")
    if not now - FARTHEST < begins_at < ends_at < now + FARTHEST:
        raise CannotBeAway("Give days within ten years of today.")
    made = Absence(person=person, stand_in=stand_in, begins_at=begins_at, ends_at=ends_at, made_by=by)
    try:
        return _keep(made, by)
    except IntegrityError as error:  # the database alone can say that no two of them overlap
        raise CannotBeAway(f"{person.name} is away at that time already. End that absence first.") from error


@durable("review.absence")
def _keep(made: Absence, by: User) -> Absence:
    if made.stand_in is not None:
        _check_stand_in(made.person, made.stand_in, made.begins_at, made.ends_at)
    made.save(force_insert=True)
    _record("absence.set", made, by)
    return made


@durable("review.absence_end")
def come_back(*, absence_id: UUID, by: User, now: datetime) -> None:
    """End an absence, or take back one that has not begun; quiet if it is over. Raises `CannotBeAway`."""
    absence = Absence.objects.select_for_update().select_related("person").filter(pk=absence_id).first()
    if absence is None or absence.ends_at <= now:
        return
    _check_may(absence.person, by)
    if absence.begins_at >= now:
        _record("absence.taken_back", absence, by)
        absence.delete()
        return
    absence.ends_at = now
    absence.save(update_fields=["ends_at"])
    _record("absence.ended", absence, by)


def _check_may(person: User, by: User) -> None:
    if by.pk != person.pk and Role.USER_ADMIN not in roles_of(by.pk):
        raise CannotBeAway("Only they themselves, or a user administrator, can say that.")


def _check_stand_in(person: User, stand_in: User, begins_at: datetime, ends_at: datetime) -> None:
    if stand_in.pk == person.pk or not stand_in.is_person or not stand_in.is_active:
        raise CannotBeAway("Choose another person, who is active.")
    shared = desks_of(person, DECIDE).filter(pk__in=desks_of(stand_in, DECIDE).values("pk"))
    if not shared.exists():
        raise CannotBeAway(f"{stand_in.name} decides at none of the desks of {person.name}.")
    _check_chain(person, stand_in, begins_at, ends_at, 2)


def _check_chain(person: User, stand_in: User, begins_at: datetime, ends_at: datetime, length: int) -> None:
    """Nobody may end up standing in for themselves over others, at any moment of this absence."""
    for away in covered_absences(stand_in, begins_at, ends_at):
        if away.stand_in is None or away.stand_in == person:
            raise CannotBeAway(f"{stand_in.name} is away then too, and you would stand in for yourself.")
        if length > LONGEST_CHAIN:
            raise CannotBeAway(f"That would make a chain of more than {LONGEST_CHAIN} people who stand in.")
        both = max(begins_at, away.begins_at), min(ends_at, away.ends_at)
        _check_chain(person, away.stand_in, *both, length + 1)


def _record(action: str, absence: Absence, by: User) -> None:
    data = {
        "begins_at": absence.begins_at.isoformat(),
        "ends_at": absence.ends_at.isoformat(),
        "stand_in": str(absence.stand_in_id) if absence.stand_in_id else None,
    }
    about = ("user", str(absence.person_id), None)
    append(f"user:{absence.person_id}", Event(action=action, actor=Actor.of(by), object=about, data=data))
