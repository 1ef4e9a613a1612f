"""The bell: its count, its page, and what was read. Looking decides nothing; it only marks one's own line as read."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agentops.notifications import queries, services
from agentops.web.access import signed_in, url_if_open
from agentops.web.request import PersonRequest


@require_safe
@signed_in
def items(request: PersonRequest) -> HttpResponse:
    """What concerns this person, newest first; done where it was decided meanwhile."""
    shown = queries.bell(request.user, before=_id(request.GET.get("before", "")))
    page = {
        "items": shown,
        "unread": any(one.item.read_at is None for one in shown),
        "newest": shown[0].item.pk if shown else None,
        "older": shown[-1].item.pk if len(shown) == queries.PAGE else None,
        "desks": url_if_open(request.user, "notifications:desks"),
    }
    return render(request, "notifications/list.html", page)


@never_cache
@require_safe
@signed_in
def count(request: PersonRequest) -> JsonResponse:
    """How much is unread, for the bell of an open page."""
    unread = queries.unread(request.user)
    shown = f"{queries.MOST}+" if unread > queries.MOST else str(unread)
    said = f"{shown} unread notification{'' if unread == 1 else 's'}" if unread else "Notifications"
    return JsonResponse({"unread": unread, "shown": shown, "said": said})


@never_cache
@require_safe
@signed_in
def look(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """On to the page of the thing; the line counts as read, unless a browser only fetched ahead."""
    path = queries.page_of(request.user, item_id)
    if not path:
        raise Http404
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        services.mark_read(item_id=item_id, person=request.user, now=timezone.now())
    return HttpResponseRedirect(path)


@require_POST
@signed_in
def read(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Mark one line as read; quiet about one that is not theirs or was read."""
    services.mark_read(item_id=item_id, person=request.user, now=timezone.now())
    return HttpResponseRedirect(reverse("notifications:list"))


@require_POST
@signed_in
def read_all(request: PersonRequest) -> HttpResponse:
    """Mark everything as read that the page showed or that is older."""
    until = _id(request.POST.get("until", ""))
    if until is None:
        raise Http404
    done = services.mark_all_read(person=request.user, until=until, now=timezone.now())
    messages.success(request, f"{done} marked as read." if done else "Everything was read already.")
    return HttpResponseRedirect(reverse("notifications:list"))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
