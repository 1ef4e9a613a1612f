"""One page of a document: as a picture, and its words."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from agentops.core.blobs import BlobDamaged, BlobMissing
from agentops.web.access import signed_in
from agentops.web.documents.cached import picture, words
from agentops.web.documents.finding import hits_in
from agentops.web.request import PersonRequest
from reviews.queries.sight import runs_visible_to
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


@require_safe
@signed_in
@cache_control(private=True, max_age=3600)
def page_words(request: PersonRequest, sha256: str, page: int) -> JsonResponse:
    """The words of a page with their places, to search and to pick from; text of strangers, never markup."""
    agent = _agent_of(request, sha256)
    try:
        found = words(agent, sha256)
    except (NotAdmitted, BlobMissing, BlobDamaged) as error:
        raise Http404 from error
    return JsonResponse({"words": found.get(str(page), [])})


@require_safe
@signed_in
def find(request: PersonRequest, sha256: str) -> JsonResponse:
    """Where words stand in a document: `[number, page, x0, y0, x1, y1]` of each word that is lit."""
    agent = _agent_of(request, sha256)
    try:
        hits = hits_in(words(agent, sha256), request.GET.get("q", "")[:100])
    except (NotAdmitted, BlobMissing, BlobDamaged) as error:
        raise Http404 from error
    return JsonResponse({"hits": [[hit.number, hit.page, hit.x0, hit.y0, hit.x1, hit.y1] for hit in hits]})


def _agent_of(request: PersonRequest, sha256: str) -> Agent:
    seen = runs_visible_to(request.user)
    found = RunInput.objects.filter(document=sha256, run__in=seen).select_related("run").first()
    if found is None:
        raise Http404
    try:
        return agents.get(found.run.agent)
    except UnknownAgent as error:
        raise PermissionDenied("The agent that reads this document is not installed.") from error
