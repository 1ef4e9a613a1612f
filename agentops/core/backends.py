"""Who may sign in: people, never service users."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from agentops.core.models import User, UserKind


class PersonBackend(ModelBackend):
    """Signs in active people by e-mail address and password, and ends the session of everybody else."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Whether this is an active person."""
        return getattr(user, "kind", None) == UserKind.PERSON and super().user_can_authenticate(user)
