"""The demo as an app: it has commands and no tables."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """People and an inbox to try the product with; only in the demo profile."""

    name = "agentops.demo"
    label = "demo"
