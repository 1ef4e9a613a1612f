"""Saying whether a run's result was good: what the page shows, and taking what is said."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from agentops.web.access import signed_in
from agentops.web.request import PersonRequest
from agentops.web.runs.visible import visible_run
from runs.lifecycle import ENDED
from runs.models import Feedback, Run
from runs.models.feedback import LONGEST
from runs.services.feedback import NoFeedback, give_feedback

SHOWN = 5  # the newest


@dataclass(frozen=True, slots=True)
class FeedbackPart:
    """What was said of a result, the newest first; `open`: it may be said now."""

    said: list[Feedback]
    open: bool
    longest: int = LONGEST


def feedback_part(run: Run) -> FeedbackPart:
    """For the run's page; one query, once there is a result."""
    if run.status not in ENDED and run.awaiting != "review":
        return FeedbackPart([], open=False)
    said = Feedback.objects.filter(run=run).select_related("person").order_by("-given_at")[:SHOWN]
    return FeedbackPart(list(said), open=True)


@require_POST
@signed_in
def give(request: PersonRequest, number: int) -> HttpResponse:
    """Keep a thumb and a comment; 404 for a run of somebody else."""
    run = visible_run(request, number)
    said = request.POST.get("good", "")
    if said not in ("yes", "no"):
        return HttpResponseBadRequest("Say whether the result was good: yes or no.")
    try:
        words = request.POST.get("words", "")
        give_feedback(run_id=run.pk, by=request.user, good=said == "yes", words=words, now=timezone.now())
        messages.success(request, "Thank you. What you said is kept with the run.")
    except NoFeedback as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("runs:detail", args=[number]))
