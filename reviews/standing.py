"""Who somebody is at a desk, read in one query, and the rules of who may decide what.

Every path (page, API, command) comes through here, because the services do. The same rules are asked again,
for all signers at once, in the transaction that performs the effect (`inbox.objection`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from agentops.core.permissions import Role
from runs.sql import query

VIEW, DECIDE, SIGN_SECOND = "view", "decide", "sign_second"
DECIDERS = frozenset({Role.REVIEWER, Role.CONTROLLER})


class ReviewError(Exception):
    """A decision was refused; the message is for the person who made it."""


class MayNotSign(ReviewError):
    """This person may not take this decision; `code` says which rule stands against it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person is and may do at one desk, at this moment."""

    id: UUID
    name: str
    is_person: bool
    is_active: bool
    roles: frozenset[str]
    permissions: frozenset[str]
    limit: Decimal | None  # that holds for them here, in the house's currency; None: none does (`PersonalLimit`)
    at: datetime  # the database's clock when this was read


class Amounts(Protocol):
    """What a personal limit is compared with: a proposal."""

    @property
    def amount(self) -> Decimal | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def converted(self) -> Decimal | None: ...


# Of a person `u` at a desk: small lookups by index; guardian's own would be two queries per person and desk.
STANDING = """
    u.id, u.name, u.kind, u.is_active,
    ARRAY(SELECT g.name FROM core_user_groups m JOIN auth_group g ON g.id = m.group_id
          WHERE m.user_id = u.id),
    ARRAY(SELECT p.codename FROM reviews_deskuserpermission d
          JOIN auth_permission p ON p.id = d.permission_id
          WHERE d.user_id = u.id AND d.content_object_id = {desk}
          UNION
          SELECT p.codename FROM reviews_deskgrouppermission d
          JOIN auth_permission p ON p.id = d.permission_id
          JOIN core_user_groups m ON m.group_id = d.group_id
          WHERE m.user_id = u.id AND d.content_object_id = {desk}),
    reviews_limit_of(u.id, {desk}),
    clock_timestamp()
"""
_BEFORE = f"SELECT {STANDING.format(desk='%s')}, runs_asked_by(%s) FROM core_user u WHERE u.id = %s"  # noqa: S608
_STANDINGS = f"SELECT {STANDING.format(desk='%s')} FROM core_user u WHERE u.id = ANY(%s)"  # noqa: S608


def standings(people: Iterable[UUID], desk_id: UUID) -> dict[UUID, Standing]:
    """The standing of each of these people at a desk; somebody who does not exist has none."""
    rows = query(_STANDINGS, (desk_id, desk_id, desk_id, list(people)))
    return {row[0]: standing_of(row) for row in rows}


def standing_before(run_id: UUID, person: UUID, desk_id: UUID) -> tuple[Standing | None, tuple[UUID, ...]]:
    """The standing of one person, and who asked for the run they are to decide about (`runs.queries.asked_by`)."""
    rows = query(_BEFORE, (desk_id, desk_id, desk_id, run_id, person))
    return (standing_of(rows[0]), tuple(rows[0][8])) if rows else (None, ())


def standing_of(row: Sequence[Any]) -> Standing:
    """From the columns of `STANDING`."""
    return Standing(row[0], row[1], row[2] == "person", row[3], frozenset(row[4]), frozenset(row[5]), row[6], row[7])


def check_may_decide(who: Standing | None, *, desk: str) -> None:
    """Raises `MayNotSign` unless this is an active person with a deciding role and the desk's permission."""
    if who is None or not who.is_person:
        raise MayNotSign("not_a_person", "Only a person can decide. A service user or a token never signs.")
    if not who.is_active:
        raise MayNotSign("not_active", f"The account of {who.name} is not active.")
    if not who.roles & DECIDERS:
        raise MayNotSign("no_role", f"{who.name} holds neither the role of a reviewer nor of a controller.")
    if DECIDE not in who.permissions:
        raise MayNotSign("no_desk_permission", f"{who.name} may not decide at the desk {desk}.")


def check_not_requester(who: UUID, asked_by: Sequence[UUID]) -> None:
    """Raises `MayNotSign`: nobody decides alone what they asked for, or what somebody else asked with their file.

    `asked_by` is `runs.queries.asked_by`: the requester first.
    """
    if who in asked_by[:1]:
        raise MayNotSign("own_run", "You asked for this run. Somebody else must decide.")
    if who in asked_by:
        raise MayNotSign("own_run", "You sent the file that this run is about. Somebody else must decide.")


def check_not_author(who: UUID, authors: Iterable[UUID]) -> None:
    """Raises `MayNotSign`: who edited a proposal signed it with the edit and cannot sign it again."""
    if who in authors:
        raise MayNotSign("author", "You edited this proposal, so you count as its author. Somebody else must sign.")


def check_may_sign_second(who: Standing, *, desk: str) -> None:
    """Raises `MayNotSign` unless this is a controller who may give second signatures at the desk."""
    if Role.CONTROLLER not in who.roles:
        raise MayNotSign("not_controller", "The second signature must come from a controller.")
    if SIGN_SECOND not in who.permissions:
        raise MayNotSign("no_second_permission", f"{who.name} may not give second signatures at the desk {desk}.")


def check_within_limit(who: Standing, proposal: Amounts) -> None:
    """Raises `MayNotSign` if the face or the converted value is over this person's own limit at the desk."""
    if who.limit is None or proposal.amount is None:
        return
    house = settings.BASE_CURRENCY
    if proposal.converted is None and proposal.currency not in ("", house):
        raise MayNotSign(
            "no_exchange_rate",
            f"There is no rate from {proposal.currency} to {house}, so it cannot be compared with your limit "
            f"of {who.limit:,.2f} {house}. Somebody without a limit of their own must sign.",
        )
    worth = max(proposal.amount, proposal.converted or Decimal(0))
    if worth > who.limit:
        raise MayNotSign(
            "over_personal_limit",
            f"{worth:,.2f} is over your own limit of {who.limit:,.2f} {house}. Hand it over.",
        )
