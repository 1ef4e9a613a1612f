"""Where the agent's pages stand in the navigation, and who opens them."""

from __future__ import annotations

from agentops.core.permissions import Role
from runs.agents import Place

READERS = (Role.REVIEWER, Role.CONTROLLER, Role.OPERATOR, Role.AUDITOR)
ASKERS = (Role.REVIEWER, Role.CONTROLLER, Role.OPERATOR)
SEE_ALL = (Role.OPERATOR, Role.AUDITOR)  # the others see the tickets they entered, and what is in their queue

PLACES = (Place("support-tickets", "Tickets", "support:tickets"),)
