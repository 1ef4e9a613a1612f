"""Wiring of the tools room: the empty policy and the register of tools are made after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ToolsRegistryConfig(AppConfig):
    """Tools, policy, the gate and the pipe."""

    name = "tools_registry"
    label = "tools_registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed what every database needs, also one that tests have emptied."""
        from tools_registry.services import ensure_policy, sync_tools

        post_migrate.connect(ensure_policy, sender=self, dispatch_uid="tools_registry.ensure_policy")
        post_migrate.connect(sync_tools, sender=self, dispatch_uid="tools_registry.sync_tools")
