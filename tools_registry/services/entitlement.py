"""Who may change policy and switches, asked of the database at the moment of the change."""

from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from tools_registry.services.errors import MayNotChangePolicy


def check_policy_admin(user: User) -> None:
    """Raise `MayNotChangePolicy` unless this is a person who administers policy now."""
    check_holds(user, Role.POLICY_ADMIN)


def check_holds(user: User, *roles: Role) -> None:
    """Raise `MayNotChangePolicy` unless this is an active person who holds one of the roles now."""
    if not user.is_person or roles_of(user.id).isdisjoint(roles):
        needed = " or ".join(role.label.lower() for role in roles)
        raise MayNotChangePolicy(f"Only a {needed} may do this")
