"""The seam where replies are written: today from templates and cited passages, with a model later.

A drafter gets typed values and sources, and answers with a text whose sentences cite them as `[1]`. Whoever wrote it,
the text is held to the same grounding and the same filter, and goes the same way to the same people.
"""

from .seam import Draft, Drafter, Wanted
from .template import TemplateDrafter

__all__ = ["Draft", "Drafter", "Wanted", "drafter"]


def drafter() -> Drafter:
    """Whoever drafts in this house."""
    return TemplateDrafter()
