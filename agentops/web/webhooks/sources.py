"""Sources: programs that may call us. A new one, and one with the calls it made."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agentops.core.models import User, UserKind
from agentops.web.access import access
from agentops.web.request import PersonRequest
from agentops.web.webhooks.views import READERS, WRITERS, shown_once
from agentops.webhooks import queries, services
from agentops.webhooks.errors import WebhookError
from agentops.webhooks.models import Source
from runs.agents import agents


@never_cache
@require_http_methods(["GET", "POST"])
@access(*WRITERS)
def new(request: PersonRequest) -> HttpResponse:
    """The form; after it, the secret, which is shown once."""
    given = {name: request.POST.get(name, "").strip()[:254] for name in ("name", "agent", "requester")}
    services_users = User.objects.filter(kind=UserKind.SERVICE, is_active=True).order_by("name")
    said = ""
    if request.method == "POST":
        try:
            requester = services_users.filter(email=given["requester"]).first()
            if requester is None:
                raise WebhookError("Choose the service user who asks for the runs.")
            made, secret = services.make_source(
                name=given["name"], agent=given["agent"], requester=requester, by=request.user, now=timezone.now()
            )
            return shown_once(request, "source", made.name, secret, reverse("webhooks:source", args=[made.pk]))
        except WebhookError as refusal:
            said = str(refusal)
    page = {"given": given, "agents": list(agents), "requesters": services_users, "said": said}
    return render(request, "webhooks/new_source.html", page, status=422 if said else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@access(*READERS, write=WRITERS)
def source(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """One source with its calls; pause, resume, a new secret."""
    here = reverse("webhooks:source", args=[source_id])
    shown = get_object_or_404(Source.objects.select_related("requester", "made_by"), pk=source_id)
    if request.method == "POST":
        asked: dict[str, Any] = {"source_id": source_id, "by": request.user, "now": timezone.now()}
        match request.POST.get("do"):
            case "pause":
                services.pause_source(**asked)
                messages.success(request, "Paused. Its calls are refused until it is resumed.")
            case "resume":
                services.resume_source(**asked)
                messages.success(request, "Resumed.")
            case "rotate":
                return shown_once(request, "source", shown.name, services.rotate_source(**asked)[1], here)
        return HttpResponseRedirect(here)
    page = {
        "source": shown,
        "address": request.build_absolute_uri(reverse("hook", args=[shown.pk])),
        "calls": queries.calls(shown),
        "may_change": request.user.holds(*WRITERS),
    }
    return render(request, "webhooks/source.html", page)
