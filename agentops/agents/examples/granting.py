"""What the examples may do to begin with: look and hand over alone, change something only if people sign it."""

from __future__ import annotations

from datetime import datetime

from runs.agents import Agent
from tools_registry.facts import Grant
from tools_registry.kinds import Effect, Mode
from tools_registry.policy import Policy
from tools_registry.queries import current_policy
from tools_registry.registry import registry
from tools_registry.services.policy import Proposed, change_policy_by_command

from .onboarding.workflow import Evidence, Onboarding
from .router.workflow import Router
from .team.workflow import Analyst, Manager, Proofreader, Writer

EXAMPLES: tuple[type[Agent], ...] = (Router, Onboarding, Evidence, Manager, Analyst, Writer, Proofreader)


def with_examples(policy: Policy) -> Policy:
    """The policy, with the examples' grants beside what it holds."""
    for agent in EXAMPLES:
        for name in agent.tools:
            mode = Mode.AUTO if registry.get(name).effect is Effect.READ else Mode.REVIEW
            policy = policy.with_grant(Grant(agent.name, name, mode))
    return policy


def grant_examples(*, now: datetime) -> Proposed:
    """Put the grants in force, or propose them where people have taken policy over."""
    return change_policy_by_command(to=with_examples(current_policy()), why="the examples' first grants", now=now)
