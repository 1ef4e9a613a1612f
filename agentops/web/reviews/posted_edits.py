"""What a posted form changes of a proposal: its arguments, and whatever the agent's own panel offers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from agentops.web.request import PersonRequest
from agentops.web.reviews.editing import arguments_of, edits_in
from agentops.web.reviews.previewing import Recap, recap_of
from reviews import services
from reviews.models import Review
from runs.agents import Unfit, UnknownAgent, agents
from runs.models import Action

LONGEST = 4000
PANEL = "panel."  # inputs of the agent's own panel


def edits_of(request: PersonRequest, review: Review) -> dict[int, dict[str, Any]]:
    """What was changed of the arguments, and on the agent's own panel; raises `RunRefused` for what cannot be."""
    if review.proposal is None:
        return {}
    actions = list(review.proposal.actions.order_by("ordinal"))
    edits = edits_in(request.POST, arguments_of(actions, (review.proposal.body or {}).get("fields", ())))
    for ordinal, changed in _panel_edits(request, review, actions).items():
        edits.setdefault(ordinal, {}).update(changed)
    return edits


def _panel_edits(request: PersonRequest, review: Review, actions: Sequence[Action]) -> Mapping[int, Mapping[str, Any]]:
    form = {name: str(request.POST[name])[:LONGEST] for name in request.POST}
    posted = {name.removeprefix(PANEL): text for name, text in form.items() if name.startswith(PANEL)}
    if not posted:
        return {}
    given = [(action.ordinal, action.tool, action.args) for action in actions]
    try:
        return agents.get(review.agent).panel_edits(review.run_id, given, posted)
    except UnknownAgent:
        return {}
    except Unfit as error:
        raise services.RunRefused(
            str(error), errors={f"{PANEL}{n}": told for n, told in error.errors.items()}
        ) from error


def recap_of_posted(request: PersonRequest, review: Review) -> Recap | None:
    """What the posted edits change and what follows from it; None where nothing is edited. Raises as the edit does."""
    edits = edits_of(request, review)
    if not edits or review.proposal is None:
        return None
    preview = services.preview_edit(
        review_id=review.id,
        signer=request.user,
        seen=request.POST.get("digest", "")[:64],
        edits=edits,
        now=timezone.now(),
    )
    fields = (review.proposal.body or {}).get("fields", ())
    return recap_of(preview, edits, arguments_of(list(review.proposal.actions.order_by("ordinal")), fields))
