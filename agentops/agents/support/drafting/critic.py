"""A drafted reply looked at before it is proposed: by the rules of grounding, then by a cheap model.

Only what a model drafted is looked at a second time. A template quotes its sources word for word, and what a person
wrote is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runs.awaiting import StepCall
from runs.critic.grounding import Claim
from runs.critic.reflecting import Reflection, reflect
from tools_registry.tool import ToolCall

from .prompt import told_of
from .seam import Draft

Critic = Callable[[Draft, Sequence[Claim]], Reflection]


def critic(call: ToolCall) -> Critic:
    """Whoever looks at drafts in this house; only a call inside a run can ask a model."""

    def look(draft: Draft, claims: Sequence[Claim]) -> Reflection:
        if not isinstance(call, StepCall):
            return Reflection(tuple(claims))
        return reflect(call, claims, told_of(draft.sources), again=draft.by == "model")

    return look
