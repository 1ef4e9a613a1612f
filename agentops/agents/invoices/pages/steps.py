"""A change of account as people see it: where it stands, whose turn it is, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from agentops.core.models import User

from ..lifecycle import ChangeStatus, Ending
from ..models import AccountChange, VendorAccount
from ..services.accounts import CALLERS, SECONDS

SEEN_ELSEWHERE = timedelta(days=30)


@dataclass(frozen=True)
class Step:
    """Where a change stands, in a few words, with its tone."""

    words: str
    tone: str


FORCE = 4  # the place of "in force" among the five steps
REACHED = {ChangeStatus.CALLED: 1, ChangeStatus.COOLING: 2, ChangeStatus.IN_FORCE: FORCE}
STEPS = {
    ChangeStatus.ASKED: Step("Waiting for call-back", "warn"),
    ChangeStatus.CALLED: Step("Waiting for a second person", "warn"),
    ChangeStatus.COOLING: Step("Cooling", "info"),
    ChangeStatus.IN_FORCE: Step("In force", "ok"),
}


def step_of(change: AccountChange) -> Step:
    """The word for where it stands; for a refused one, why."""
    if change.status == ChangeStatus.REFUSED:
        return Step(str(Ending(change.ending).label), "bad" if change.ending == Ending.FRAUD else "none")
    return STEPS[ChangeStatus(change.status)]


def stepper(change: AccountChange) -> list[dict[str, Any]]:
    """The five steps with who and when; the one that is open is `current`."""
    reached = REACHED.get(ChangeStatus(change.status), 0)
    days = settings.VENDOR_COOLING_DAYS
    called = change.called_by.name if change.called_by else "a number on file"
    second = change.confirmed_by.name if change.confirmed_by else "not who asked or called"
    told = (
        ("Asked", change.asked_at, change.asked_by.name),
        ("Call-back", change.called_at, called),
        ("Second person", change.confirmed_at, second),
        ("Cooling", None, f"{days} working day{'' if days == 1 else 's'}"),
        ("In force", change.closed_at if change.status == ChangeStatus.IN_FORCE else change.cool_until, ""),
    )  # fmt: skip
    ended = change.status == ChangeStatus.REFUSED
    return [
        {
            "label": label,
            "at": at,
            "who": who,
            "done": (at is not None and number < 4)
            if ended
            else number <= reached and not (number == 4 and reached < 4),
            "current": not ended and change.is_open and number == reached + 1,
        }
        for number, (label, at, who) in enumerate(told)
    ]


def turn_of(change: AccountChange, user: User) -> dict[str, bool]:
    """What this person may do now."""
    had_a_hand = user.pk in (change.asked_by_id, change.called_by_id)
    second = user.holds(*SECONDS)
    return {
        "call": change.status == ChangeStatus.ASKED and user.holds(*CALLERS),
        "confirm": change.status == ChangeStatus.CALLED and second and not had_a_hand,
        "had_a_hand": change.status == ChangeStatus.CALLED and second and had_a_hand,
        "end": change.is_open and (second or change.asked_by_id == user.pk),
    }


def checks_of(change: AccountChange) -> list[dict[str, str]]:
    """What can be known of an account without asking anybody; the worst first."""
    found = [_elsewhere(change), _before(change), _country(change), _digits(change)]
    return sorted(found, key=lambda check: ("bad", "warn", "ok").index(check["tone"]))


def _digits(change: AccountChange) -> dict[str, str]:
    iban = change.account[:2].isalpha() and change.account[2:4].isdigit()
    if iban:
        return _check("Check digits", "right", "ok", "Passed")
    return _check("Check digits", "this is no IBAN, so there are none", "warn", "Unknown")


def _country(change: AccountChange) -> dict[str, str]:
    old, new = change.drops[:2], change.account[:2]
    if not (old.isalpha() and new.isalpha()):
        return _check("Country of the bank", "nothing to compare", "warn", "Unknown")
    if old == new:
        return _check("Country of the bank", f"{new}, as on file", "ok", "Same")
    return _check("Country of the bank", f"{new} instead of {old}", "warn", "Differs")


def _elsewhere(change: AccountChange) -> dict[str, str]:
    others = set(
        VendorAccount.objects.filter(account=change.account)
        .exclude(vendor=change.vendor_id)
        .values_list("vendor__key", flat=True)
    )
    asked = AccountChange.objects.filter(account=change.account, asked_at__gte=change.asked_at - SEEN_ELSEWHERE)
    others |= set(asked.exclude(vendor=change.vendor_id).values_list("vendor__key", flat=True))
    if others:
        return _check("Account seen elsewhere", f"at {', '.join(sorted(others)[:5])}", "bad", "Shared")
    return _check("Account seen elsewhere", "at no other vendor", "ok", "Passed")


def _before(change: AccountChange) -> dict[str, str]:
    earlier = AccountChange.objects.filter(status=ChangeStatus.REFUSED).exclude(pk=change.pk)
    if earlier.filter(account=change.account, ending__in=[Ending.FRAUD, Ending.NO_CHANGE_ORDERED]).exists():
        return _check("Asked for before", "and it was not the vendor's wish", "bad", "Known")
    if earlier.filter(vendor=change.vendor_id, ending=Ending.FRAUD).exists():
        return _check("Asked for before", "another account, reported as fraud", "warn", "Look closer")
    return _check("Asked for before", "never", "ok", "Passed")


def _check(name: str, found: str, tone: str, verdict: str) -> dict[str, str]:
    return {"name": name, "found": found, "tone": tone, "verdict": verdict, "icon": "stop" if tone == "bad" else tone}


def second_person_is(change: AccountChange) -> str:
    """Who may confirm, in words."""
    left_out = [change.asked_by.name] + ([change.called_by.name] if change.called_by else [])
    names = " or ".join(dict.fromkeys(left_out))
    return f"confirms a new account: a vendor manager or a controller, not {names}"
