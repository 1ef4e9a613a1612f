"""Mails: those that fit no way, and any one of them with what came out of it. Everything in them is a stranger's."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agentops.core import blobs
from agentops.core.permissions import Role
from agentops.intake import services
from agentops.intake.models import Mail
from agentops.intake.services.triage import HANDLERS, may_handle
from agentops.intake.sight import mails_visible_to
from agentops.web.access import access
from agentops.web.request import PersonRequest
from agentops.web.ways import reading
from reviews.models import Desk
from runs.agents import agents

READERS = (*HANDLERS, Role.AUDITOR)
SHOWN = 200


@require_safe
@access(*READERS)
def waiting(request: PersonRequest) -> HttpResponse:
    """What waits for somebody to say what it is, oldest first."""
    return render(request, "ways/triage.html", {"mails": reading.triage(request.user)[:SHOWN]})


@require_safe
@access(*READERS)
def mail(request: PersonRequest, mail_id: UUID) -> HttpResponse:
    """One mail: what its headers claim, what was in it, and what to do with it."""
    found = _mail(request, mail_id)
    arrivals = found.arrivals.select_related("run").order_by("at", "ordinal")
    context = {
        "mail": found,
        "arrivals": [reading.arrived(one) for one in arrivals],
        "runs": reading.runs_of(found),
        "agents": [(agent.name, agent.label) for agent in agents.taking_mail()],
        "desks": Desk.objects.order_by("name"),
        "may_handle": found.status == "triage" and may_handle(request.user, found.desk),
    }
    return render(request, "ways/mail.html", context)


@require_safe
@access(*READERS)
def original(request: PersonRequest, mail_id: UUID) -> HttpResponse:
    """The mail's bytes as a download: never shown by the browser, whatever is in them; who fetched it is in the
    trail."""
    found = _mail(request, mail_id)
    try:
        data = services.fetch_original(mail_id=found.pk, by=request.user)
    except (blobs.BlobMissing, blobs.BlobDamaged, OSError) as error:
        messages.error(request, f"The mail cannot be fetched: {error}")
        return HttpResponseRedirect(reverse("ways:mail", args=[mail_id]))
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="mail-{found.document[:12]}.eml"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@access(*HANDLERS)
def settle(request: PersonRequest, mail_id: UUID) -> HttpResponse:
    """Assign a mail to an agent, or close it."""
    found = _mail(request, mail_id)
    try:
        messages.success(request, _settled(request, found))
    except services.TriageError as refusal:
        messages.error(request, str(refusal))
    except OSError as error:
        messages.warning(request, f"Assigned, but not worked through yet: {error} It is tried again by itself.")
    return HttpResponseRedirect(reverse("ways:mail", args=[mail_id]))


def _settled(request: PersonRequest, mail: Mail) -> str:
    if request.POST.get("do") == "close":
        services.close(mail_id=mail.pk, by=request.user, why=request.POST.get("why", ""))
        return "Closed. The mail stays here."
    agent, desk = request.POST.get("agent", ""), request.POST.get("desk", "")
    after = services.assign(mail_id=mail.pk, agent=agent, desk=desk, by=request.user, now=timezone.now())
    return "Assigned. Below is what became of each file." if after.status == "done" else after.sentence


def _mail(request: PersonRequest, mail_id: UUID) -> Mail:
    found = mails_visible_to(request.user).filter(pk=mail_id).first()
    if found is None:
        raise Http404
    return found
