"""Whom something concerns and why: worked out when it is noticed, and again when it is told."""

from agentops.notifications.concerns.about import About, load
from agentops.notifications.concerns.found import Concerned
from agentops.notifications.concerns.who import concerned

__all__ = ["About", "Concerned", "concerned", "load"]
