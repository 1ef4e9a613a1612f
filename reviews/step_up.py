"""Proof that a person showed again who they are; agents ask for it too, so it lives in the core."""

from agentops.core.step_up import LASTS, StepUp

__all__ = ["LASTS", "StepUp"]
