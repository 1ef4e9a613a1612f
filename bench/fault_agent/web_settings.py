"""The settings of the fault tests' web server: the pages, and no agent but the one that is shot at."""

from bench.settings import *  # noqa: F403
from bench.settings import INSTALLED_APPS as ALL_APPS

AGENTS = ["bench.fault_agent"]
INSTALLED_APPS = [app for app in ALL_APPS if not app.startswith(("agentops.agents", "bench.gated"))]
