"""What a desk proposes to its people, and the channels it tells things in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agentops.core.permissions import Role
from agentops.notifications import queries, services
from agentops.notifications.choosing import Choices
from agentops.notifications.errors import NewsError
from agentops.notifications.kinds import KINDS, OF_DESKS, OPENED
from agentops.notifications.models import Channel, Delivery, Shape
from agentops.web.access import access
from agentops.web.notifications import offers
from agentops.web.request import PersonRequest
from reviews.models import Desk

READERS = (Role.POLICY_ADMIN, Role.USER_ADMIN, Role.OPERATOR, Role.AUDITOR)
WRITERS = (Role.POLICY_ADMIN,)


@require_safe
@access(*READERS)
def overview(request: PersonRequest) -> HttpResponse:
    """Every desk with its channels."""
    return render(request, "notifications/desks.html", {"desks": queries.desks()})


@never_cache
@require_http_methods(["GET", "POST"])
@access(*READERS, write=WRITERS)
def desk(request: PersonRequest, slug: str) -> HttpResponse:
    """One desk: what it proposes, its channels, and the form for another one."""
    shown = get_object_or_404(Desk, slug=slug)
    said = ""
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_change(request, shown))
        except NewsError as refusal:
            said = str(refusal)
    picked = request.POST.getlist("kind")
    chosen = {code: str(how) for code, how in Choices().at_desk(shown).items()}
    page = {
        "desk": shown,
        "rows": offers.rows(OF_DESKS.values(), chosen),
        "channels": queries.channels(shown, timezone.now()),
        "may_change": request.user.holds(*WRITERS),
        "said": said,
        "given": {name: request.POST.get(name, "")[:500] for name in ("name", "url", "shape")},
        "shows_amount": "shows_amount" in request.POST,
        "kinds": [(kind, kind.code in picked) for kind in OF_DESKS.values()],
        "shapes": Shape.choices,
    }
    return render(request, "notifications/desk.html", page, status=422 if said else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@access(*READERS, write=WRITERS)
def channel(request: PersonRequest, channel_id: UUID) -> HttpResponse:
    """One channel with what was sent there; pause, resume, a test message."""
    shown = get_object_or_404(Channel.objects.select_related("desk", "made_by"), pk=channel_id)
    if request.method == "POST":
        try:
            _do(request, channel_id)
        except NewsError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("notifications:channel", args=[channel_id]))
    page = {
        "channel": shown,
        "kinds": [KINDS[code].label for code in shown.kinds if code in KINDS],
        "deliveries": [(one, KINDS.get(one.kind, OPENED).label) for one in queries.deliveries(shown)],
        "may_change": request.user.holds(*WRITERS),
    }
    return render(request, "notifications/channel.html", page)


@require_POST
@access(*WRITERS)
def again(request: PersonRequest, delivery_id: UUID) -> HttpResponse:
    """Send once more what was given up."""
    try:
        delivery = services.send_again(delivery_id=delivery_id, by=request.user, now=timezone.now())
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    except NewsError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("notifications:desks"))
    messages.success(request, "It is sent again within a moment.")
    return HttpResponseRedirect(reverse("notifications:channel", args=[delivery.channel_id]))


def _change(request: PersonRequest, shown: Desk) -> str:
    """What the form says; returns where to go on."""
    if request.POST.get("do") == "choices":
        services.choose_for_desk(desk=shown, hows=offers.hows_of(request.POST), by=request.user)
        messages.success(request, "Saved, for everybody at the desk who chose nothing themselves.")
        return reverse("notifications:desk", args=[shown.slug])
    made = services.make_channel(
        desk=shown,
        name=request.POST.get("name", ""),
        shape=request.POST.get("shape", ""),
        url=request.POST.get("url", "").strip(),
        kinds=request.POST.getlist("kind"),
        shows_amount="shows_amount" in request.POST,
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, "Made. Send a test to see that it arrives.")
    return reverse("notifications:channel", args=[made.pk])


def _do(request: PersonRequest, channel_id: UUID) -> None:
    asked: dict[str, Any] = {"channel_id": channel_id, "by": request.user}
    match request.POST.get("do"):
        case "pause":
            services.pause_channel(**asked)
            messages.success(request, "Paused. What happens meanwhile is not kept for it.")
        case "resume":
            services.resume_channel(**asked, now=timezone.now())
            messages.success(request, "Resumed.")
        case "test":
            services.test_channel(**asked, now=timezone.now())
            messages.success(request, "A test message is on its way; reload in a moment to see how it went.")
        case _:
            raise NewsError("Choose what to do.")
