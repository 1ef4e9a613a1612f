"""Who may sign in: people, never service users."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db.models import TextField
from django.db.models.expressions import RawSQL

from agentops.core.models import User, UserKind
from agentops.core.permissions import roles_named

_GROUPS = (
    "ARRAY(SELECT g.name FROM core_user_groups m JOIN auth_group g ON g.id = m.group_id WHERE m.user_id = core_user.id)"
)


class PersonBackend(ModelBackend):
    """Signs in active people by e-mail address and password, and ends the session of everybody else."""

    def get_user(self, user_id: Any) -> User | None:
        """Who is signed in, with the roles that every page asks for, in one query; None for who may not be."""
        groups = RawSQL(_GROUPS, [], ArrayField(TextField()))  # noqa: S611 - no word of a stranger in it
        user = User.objects.annotate(groups_named=groups).filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.__dict__["roles"] = roles_named(user.groups_named)
        return user

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Whether this is an active person."""
        return getattr(user, "kind", None) == UserKind.PERSON and super().user_can_authenticate(user)
