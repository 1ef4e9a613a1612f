"""Views of the queue: kept under a name, shared with a desk, removed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from agentops.web.access import access
from agentops.web.queue.putting_off import back_to_queue
from agentops.web.request import PersonRequest
from reviews import queries, services
from reviews.queries.search import Search

KEPT = (
    *("view", "sort", "desk", "agent", "tool", "reason", "claim", "party", "vendor", "q"),
    *("amount_from", "amount_to", "age", "sure"),
)


def query_of(given: QueryDict) -> str:
    """The part of an address that says what is looked for; not where somebody has got to."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if values := [value for value in given.getlist(name) if value]:
            kept.setlist(name, values)
    return kept.urlencode()


@require_POST
@access(*queries.READERS)
def save(request: PersonRequest) -> HttpResponse:
    """Keep the filters of the queue under a name."""
    query = query_of(QueryDict(request.POST.get("query", "")[:1000]))
    desks = list(queries.desks_of(request.user))
    shared = next((desk for desk in desks if desk.slug == request.POST.get("desk")), None)
    try:
        view = services.save_view(
            owner=request.user,
            name=request.POST.get("name", "")[:200],
            query=query,
            desk=shared,
            now=timezone.now(),
        )
    except services.ReviewError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"View {view.name} is kept{f' and shared with {shared.name}' if shared else ''}.")
    return HttpResponseRedirect(back_to_queue(request))


@require_POST
@access(*queries.READERS)
def remove(request: PersonRequest, view_id: UUID) -> HttpResponse:
    """Throw one's own view away."""
    services.remove_view(view_id=view_id, owner=request.user)
    return HttpResponseRedirect(reverse("queue"))


def is_current(query: str, search: Search) -> bool:
    """Does this saved query ask for what is shown?"""
    return Search.of(QueryDict(query)) == search
