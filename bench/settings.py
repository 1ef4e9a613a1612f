"""The project's settings with the benchmark's agent beside the real ones."""

from agentops.settings import *  # noqa: F403
from agentops.settings import AGENTS, INSTALLED_APPS

AGENTS = [*AGENTS, "bench.gated", "bench.fault_agent", "bench.thinking"]
INSTALLED_APPS = [*INSTALLED_APPS, "bench.gated", "bench.fault_agent", "bench.thinking"]
