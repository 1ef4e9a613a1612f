"""What people choose for themselves, and what a desk proposes to its people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from zoneinfo import available_timezones

from agentops.core.models import User
from agentops.notifications.errors import NewsError
from agentops.notifications.kinds import KINDS, OF_DESKS, How, Kind, kinds_for, offered
from agentops.notifications.models import Choice, DeskChoice, Manner
from agentops.notifications.services.recording import check_may_change, record
from reviews.models import Desk
from runs.points import durable

USUAL = "usual"  # chosen like the others; it takes a choice away


@durable("news.choose")
def choose(*, person: User, hows: Mapping[str, str]) -> None:
    """How somebody wants to hear of each of these kinds; `usual` goes back to what their desk proposes.

    Raises `NewsError`.
    """
    for kind, how in _checked(hows, {kind.code: kind for kind in kinds_for(person.roles)}):
        if how is None:
            Choice.objects.filter(person=person, kind=kind.code).delete()
        else:
            Choice.objects.update_or_create(person=person, kind=kind.code, defaults={"how": how})


@durable("news.manner")
def set_manner(
    *,
    person: User,
    quiet_from: time | None,
    quiet_until: time | None,
    quiet_holds_urgent: bool,
    digest_hour: int,
    zone: str,
) -> Manner:
    """When somebody may be written to. Raises `NewsError`."""
    if (quiet_from is None) != (quiet_until is None):
        raise NewsError("Quiet hours need a beginning and an end, or neither.")
    if quiet_from is not None and quiet_from == quiet_until:
        raise NewsError("Quiet hours that end when they begin say nothing. For no mails at all choose so below.")
    if not 0 <= digest_hour <= 23:
        raise NewsError("The digest comes at a full hour between 0 and 23.")
    if zone not in available_timezones():
        raise NewsError("Choose a time zone of the list, such as Europe/Berlin.")
    said = {
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "quiet_holds_urgent": quiet_holds_urgent,
        "digest_hour": digest_hour,
        "zone": zone,
    }
    return Manner.objects.update_or_create(person=person, defaults=said)[0]


@durable("news.choose_for_desk")
def choose_for_desk(*, desk: Desk, hows: Mapping[str, str], by: User) -> None:
    """How the people of a desk hear of what happens there, while they chose nothing themselves. Raises `NewsError`."""
    check_may_change(by)
    for kind, how in _checked(hows, OF_DESKS):
        if how is None:
            DeskChoice.objects.filter(desk=desk, kind=kind.code).delete()
        else:
            DeskChoice.objects.update_or_create(desk=desk, kind=kind.code, defaults={"how": how})
    record("news.desk_choices", by, "desk", str(desk.pk), hows={code: str(how) for code, how in hows.items()})


def _checked(hows: Mapping[str, str], open_to: Mapping[str, Kind]) -> list[tuple[Kind, How | None]]:
    found: list[tuple[Kind, How | None]] = []
    for code, how in hows.items():
        kind = open_to.get(code) if code in KINDS else None
        if kind is None:
            raise NewsError("There is no such kind of news for you.")
        if how != USUAL and how not in offered(kind):
            raise NewsError(f"{kind.label}: choose one of the ways that are offered.")
        found.append((kind, None if how == USUAL else How(how)))
    return found
