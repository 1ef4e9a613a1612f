"""Endpoints: the overview, a new one, and one with its delivery log."""

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
from agentops.web.access import access
from agentops.web.request import PersonRequest
from agentops.webhooks import queries, services
from agentops.webhooks.errors import WebhookError
from agentops.webhooks.kinds import TYPES
from agentops.webhooks.models import Delivery, Endpoint
from reviews.models import Desk

READERS = (Role.POLICY_ADMIN, Role.OPERATOR, Role.AUDITOR)
WRITERS = (Role.POLICY_ADMIN,)


@require_safe
@access(*READERS)
def overview(request: PersonRequest) -> HttpResponse:
    """Where we tell what happens, and who may call us."""
    now = timezone.now()
    page = {
        "endpoints": queries.endpoints(now),
        "sources": queries.sources(now),
        "may_change": request.user.holds(*WRITERS),
    }
    return render(request, "webhooks/list.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
@access(*WRITERS)
def new(request: PersonRequest) -> HttpResponse:
    """The form; after it, the secret, which is shown once."""
    given = {name: request.POST.get(name, "").strip()[:500] for name in ("name", "url", "desk")}
    chosen = request.POST.getlist("type")
    said = ""
    if request.method == "POST":
        try:
            made, secret = services.make_endpoint(
                name=given["name"],
                url=given["url"],
                types=chosen,
                desk=Desk.objects.filter(slug=given["desk"]).first(),
                by=request.user,
                now=timezone.now(),
            )
            return shown_once(request, "endpoint", made.name, secret, reverse("webhooks:endpoint", args=[made.pk]))
        except WebhookError as refusal:
            said = str(refusal)
    types = [(kind, meaning, kind in chosen) for kind, meaning in TYPES.items()]
    page = {"given": given, "types": types, "desks": Desk.objects.order_by("name"), "said": said}
    return render(request, "webhooks/new.html", page, status=422 if said else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@access(*READERS, write=WRITERS)
def endpoint(request: PersonRequest, endpoint_id: UUID) -> HttpResponse:
    """One endpoint with its log; pause, resume, a test message, a new secret."""
    here = reverse("webhooks:endpoint", args=[endpoint_id])
    shown = get_object_or_404(Endpoint.objects.select_related("desk", "made_by"), pk=endpoint_id)
    if request.method == "POST":
        try:
            secret = _do(request, endpoint_id)
        except WebhookError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(here)
        return shown_once(request, "endpoint", shown.name, secret, here) if secret else HttpResponseRedirect(here)
    page = {
        "endpoint": shown,
        "types": [TYPES.get(kind, kind) for kind in shown.types],
        "deliveries": queries.deliveries(shown),
        "may_change": request.user.holds(*WRITERS),
    }
    return render(request, "webhooks/endpoint.html", page)


@require_POST
@access(*WRITERS)
def again(request: PersonRequest, delivery_id: UUID) -> HttpResponse:
    """Send one message once more."""
    try:
        delivery = services.send_again(delivery_id=delivery_id, by=request.user, now=timezone.now())
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    except WebhookError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("webhooks:list"))
    messages.success(request, "It is sent again within a moment.")
    return HttpResponseRedirect(reverse("webhooks:endpoint", args=[delivery.endpoint_id]))


def _do(request: PersonRequest, endpoint_id: UUID) -> str:
    """What the button says; returns the new secret if it made one."""
    asked: dict[str, Any] = {"endpoint_id": endpoint_id, "by": request.user, "now": timezone.now()}
    match request.POST.get("do"):
        case "pause":
            services.pause(**asked)
            messages.success(request, "Paused. What happens meanwhile is not kept for it.")
        case "resume":
            services.resume(**asked)
            messages.success(request, "Resumed.")
        case "test":
            services.send_test(**asked)
            messages.success(request, "A test message is on its way; reload in a moment to see how it went.")
        case "rotate":
            return services.rotate(**asked)[1]
        case _:
            raise WebhookError("Choose what to do.")
    return ""


def shown_once(request: PersonRequest, kind: str, name: str, secret: str, back: str) -> HttpResponse:
    return render(request, "webhooks/secret.html", {"kind": kind, "name": name, "secret": secret, "back": back})
