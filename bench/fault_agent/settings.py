"""The benchmark's settings with the runtime and its people only: what a house that is shot at every second needs."""

from bench.settings import *  # noqa: F403
from bench.settings import INSTALLED_APPS as ALL_APPS

AGENTS = ["bench.fault_agent"]
_UNUSED = ("agentops.web", "agentops.supervisor", "agentops.demo", "agentops.agents", "bench.gated")
_SHELL = ("axes", "csp", "django_htmx", "django_rq", "django.contrib.messages", "django.contrib.staticfiles")
INSTALLED_APPS = [app for app in ALL_APPS if not app.startswith(_UNUSED) and app not in _SHELL]
AUTHENTICATION_BACKENDS = ["agentops.core.backends.PersonBackend"]
MIDDLEWARE: list[str] = []
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
