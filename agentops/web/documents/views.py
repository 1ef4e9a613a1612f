"""One page of a document as a picture."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from agentops.core.blobs import BlobDamaged, BlobMissing
from agentops.core.permissions import Role
from agentops.web.access import signed_in
from agentops.web.documents.cached import picture
from agentops.web.request import PersonRequest
from reviews.models import Review
from reviews.queries.sight import in_sight_of
from runs.agents import Agent, NotAdmitted, UnknownAgent, agents
from runs.models import RunInput


@require_safe
@signed_in
@cache_control(private=True, max_age=3600, immutable=True)
def page(request: PersonRequest, sha256: str, page: int) -> HttpResponse:
    """A PNG drawn by the agent's own reader; 404 for a document that this person may not see."""
    agent = _agent_of(request, sha256)
    try:
        image = picture(agent, sha256, page)
    except (NotAdmitted, BlobMissing, BlobDamaged) as error:
        raise Http404 from error
    answer = HttpResponse(image, content_type="image/png")
    answer["Content-Disposition"] = f'inline; filename="page-{page}.png"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _agent_of(request: PersonRequest, sha256: str) -> Agent:
    given = RunInput.objects.filter(document=sha256).select_related("run")
    if not request.user.holds(Role.OPERATOR, Role.AUDITOR):
        at_my_desks = Review.objects.filter(in_sight_of(request.user))
        given = given.filter(Q(run__requester=request.user) | Q(run_id__in=at_my_desks.values("run_id")))
    found = given.first()
    if found is None:
        raise Http404
    try:
        return agents.get(found.run.agent)
    except UnknownAgent as error:
        raise PermissionDenied("The agent that reads this document is not installed.") from error
