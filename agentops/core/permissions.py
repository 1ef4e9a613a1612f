"""Roles and duties: what a person is here for, and which duties no one person may hold together."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody is here for; each is a Django group of this name."""

    REVIEWER = "reviewer"
    CONTROLLER = "controller"
    VENDOR_MANAGER = "vendor_manager"
    PAYMENT_RELEASER = "payment_releaser"
    USER_ADMIN = "user_admin"
    POLICY_ADMIN = "policy_admin"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    SERVICE = "service"

    @property
    def label(self) -> str:
        """The role as people say it."""
        return _LABELS[self]


class Duty(StrEnum):
    """A power that is dangerous in one hand with any other of these."""

    VENDOR_MASTER = "vendor_master"
    DECIDE = "decide"
    RELEASE_PAYMENTS = "release_payments"
    USER_ADMINISTRATION = "user_administration"
    POLICY = "policy"


DUTIES: dict[Role, Duty | None] = {
    Role.REVIEWER: Duty.DECIDE,
    Role.CONTROLLER: Duty.DECIDE,  # the second signature; the same duty as the first
    Role.VENDOR_MANAGER: Duty.VENDOR_MASTER,
    Role.PAYMENT_RELEASER: Duty.RELEASE_PAYMENTS,
    Role.USER_ADMIN: Duty.USER_ADMINISTRATION,
    Role.POLICY_ADMIN: Duty.POLICY,
    Role.OPERATOR: None,
    Role.AUDITOR: None,
    Role.SERVICE: None,
}

_LABELS = {
    Role.REVIEWER: "Reviewer",
    Role.CONTROLLER: "Controller",
    Role.VENDOR_MANAGER: "Vendor manager",
    Role.PAYMENT_RELEASER: "Payment releaser",
    Role.USER_ADMIN: "User administrator",
    Role.POLICY_ADMIN: "Policy administrator",
    Role.OPERATOR: "Operator",
    Role.AUDITOR: "Auditor",
    Role.SERVICE: "Service",
}


class RoleConflict(ValueError):
    """The roles would put two duties in one hand, or do not fit the kind of user."""


def conflict(roles: Iterable[Role]) -> tuple[Role, Role] | None:
    """The first two of these roles that nobody may hold together; None if there are none."""
    seen: dict[Duty, Role] = {}
    for role in sorted(roles):
        duty = DUTIES[role]
        if duty is None:
            continue
        for other in seen.values():
            if DUTIES[other] != duty:
                return other, role
        seen[duty] = role
    return None


def check_roles(roles: Iterable[Role], *, service: bool) -> None:
    """Raises `RoleConflict` unless one user, a person or a service, may hold all these roles."""
    held = frozenset(roles)
    if service and held - {Role.SERVICE}:
        raise RoleConflict("A service user holds no role of a person.")
    if not service and Role.SERVICE in held:
        raise RoleConflict("The role service is for service users only.")
    if pair := conflict(held):
        raise RoleConflict(f"{pair[0].label} and {pair[1].label} are duties that one person may not hold together.")


def roles_of(user_id: UUID) -> frozenset[Role]:
    """The roles this user holds at this moment, asked of the database; none for one who is not active."""
    from agentops.core.models import User  # models import this file

    return roles_named(User.objects.filter(id=user_id, is_active=True).values_list("groups__name", flat=True))


def roles_named(names: Iterable[str]) -> frozenset[Role]:
    """The roles among the names of groups."""
    return frozenset(Role(name) for name in names if name in _NAMES)


_NAMES = frozenset(str(role) for role in Role)
