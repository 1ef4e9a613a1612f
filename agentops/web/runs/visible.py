"""The run that an address names, for whoever may see it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from agentops.core.permissions import Role
from agentops.web.request import PersonRequest
from agentops.web.runs import search
from reviews.models import Review
from runs.models import Run


def visible_run(request: PersonRequest, number: int) -> Run:
    """The run of this number; 404 for one of somebody else, 403 while a blind check of it is open."""
    runs = search.visible_to(request.user).select_related("given", "requester", "plan")
    run = runs.filter(number=number).first()
    if run is None:
        raise Http404
    _keep_samples_blind(request, run)
    return run


def _keep_samples_blind(request: PersonRequest, run: Run) -> None:
    # Who checks a sample must not read the verdict on the run's page first.
    if request.user.holds(Role.OPERATOR, Role.AUDITOR):
        return
    waiting = Review.objects.filter(run=run, kind="sample", closed_at=None)
    if waiting.exists():
        raise PermissionDenied("A blind check of this run is open; its page opens again when it is answered.")
