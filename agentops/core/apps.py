"""Wires the core app: its name, and the roles that must be there after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """Users, audit, money, hashing, redaction, ids, transitions, permissions and blobs."""

    name = "agentops.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the groups of the roles wherever the database was just made or emptied."""
        from agentops.core.roles import make_role_groups

        post_migrate.connect(make_role_groups, sender=self, dispatch_uid="core.make_role_groups")
