"""The drafter with a model: it writes sentences and says what carries them; everything else stays ours.

Where no model answers, where it refuses, and where its answer twice does not have the form, the template's draft
stands. Each sentence is numbered by code, also one that cites nothing (as `[0]`), so that none passes as courtesy.
"""

from __future__ import annotations

import re
from dataclasses import replace

from runs.awaiting import StepCall
from runs.critic.citing import cited
from runs.gateway.answering import Checked

from ..facts import Source
from .phrases import phrases_of
from .prompt import Written, drafting, once_more
from .seam import Draft, Wanted
from .template import TemplateDrafter

TRIES = 2
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|!?\[[^\]]*\]\([^)]*\)", re.IGNORECASE)


class ModelDrafter:
    """Asks a model within the step that drafts."""

    def __init__(self, call: StepCall) -> None:
        self.call, self.template = call, TemplateDrafter()

    def draft(self, wanted: Wanted) -> Draft:
        """The model's reply, or the template's with the reason why."""
        ours = self.template.draft(wanted)
        if wanted.dictated or not ours.sources:
            return ours
        request, why = drafting(wanted, ours.sources), ""
        if not self.call.may_ask_model(request):
            return ours
        for _ in range(TRIES):
            found = self.call.ask_model(request, Written)
            if found.is_usable and isinstance(found.value, Written):
                return _draft(wanted, found.value, ours.sources)
            why = _why(found)
            if not found.problems:
                break
            request = once_more(request, found.problems)
        return replace(ours, how=f"From templates: {why}")


def _why(found: Checked) -> str:
    if found.problems:
        return "the model's answer did not have the form that was asked for."
    answer = found.answer
    return f"no model drafted it ({answer.outcome.value}{f', {answer.code}' if answer.code else ''})."


def _draft(wanted: Wanted, written: Written, sources: tuple[Source, ...]) -> Draft:
    words, known = phrases_of(wanted.language), " ".join(source.text for source in sources)
    said = [piece for one in written.sentences for piece in cited(one.text, one.cites)]
    kept = [piece for piece in said if all(hit.rstrip(".,;:)") in known for hit in _ADDRESS.findall(piece))]
    hello = words.hello_name.format(name=wanted.name) if wanted.name else words.hello
    body = [hello, words.thanks, " ".join(kept), words.closing, f"{words.regards}\n{wanted.signature}"]
    left = len(said) - len(kept)
    how = f"A model drafted it; {left} sentence{'s' * (left != 1)} with a link or address of no source left out."
    return Draft("\n\n".join(filter(None, body)), sources, "model", how if left else "A model drafted it.")
