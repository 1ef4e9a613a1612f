"""The seam where replies are written: from templates and cited passages, or by a model from the same sources.

A drafter gets typed values and sources, and answers with a text whose sentences cite them as `[1]`. Whoever wrote it,
the text is held to the same grounding and the same filter, and goes the same way to the same people.
"""

from runs.awaiting import StepCall
from tools_registry.tool import ToolCall

from .critic import Critic, critic
from .modelled import ModelDrafter
from .seam import Draft, Drafter, Wanted
from .template import TemplateDrafter

__all__ = ["Critic", "Draft", "Drafter", "Wanted", "critic", "drafter"]


def drafter(call: ToolCall) -> Drafter:
    """Whoever drafts in this house; only a call inside a run can ask a model."""
    return ModelDrafter(call) if isinstance(call, StepCall) else TemplateDrafter()
