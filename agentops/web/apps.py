"""Wires the pages' template tags and the check that no page is open by accident."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages; it has no tables."""

    name = "agentops.web"
    label = "web"

    def ready(self) -> None:
        """Register the start-up check of the access rules."""
        from agentops.web import access_check  # noqa: F401
