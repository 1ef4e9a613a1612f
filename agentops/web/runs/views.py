"""The pages about runs: the list, one run, and cancelling it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from agentops.core.permissions import Role
from agentops.web.access import signed_in, url_if_open
from agentops.web.request import PersonRequest
from agentops.web.runs import listing, search, trace
from agentops.web.runs.upload import UPLOADERS
from agentops.web.runs.visible import visible_run
from reviews.services.unassigned import waiting_unassigned
from runs import services


@require_safe
@vary_on_headers("HX-Request")
@signed_in
def run_list(request: PersonRequest) -> HttpResponse:
    """The runs this person may see; to htmx, only the rows and the numbers on the tabs."""
    wanted = search.Search.of(request.GET)
    page = listing.listing(request.user, wanted, may_start=request.user.holds(*UPLOADERS))
    part = "runs/_live.html" if request.htmx else "runs/list.html"
    unassigned = waiting_unassigned().count() if request.user.holds(Role.OPERATOR, Role.AUDITOR) else 0
    return render(
        request, part, {"page": page, "unassigned": unassigned, "unusual": url_if_open(request.user, "runs:unusual")}
    )


@require_safe
@vary_on_headers("HX-Request")
@signed_in
def detail(request: PersonRequest, number: int) -> HttpResponse:
    """One run, with the thing named by `show` opened; 404 for a run of somebody else."""
    run = visible_run(request, number)
    page = trace.run_page(run, request.user, now=timezone.now(), show=request.GET.get("show", "")[:120])
    return render(request, "runs/detail.html", {"page": page})


@require_http_methods(["GET", "POST"])
@signed_in
def cancel(request: PersonRequest, number: int) -> HttpResponse:
    """End a run for good; operators any, others their own."""
    run = visible_run(request, number)
    if not trace.may_cancel(run, request.user):
        raise PermissionDenied("Only an operator or whoever asked for it cancels a run, and only while it goes on.")
    if request.method == "GET":
        return render(request, "runs/cancel.html", {"page": {"run": run}})
    why = request.POST.get("why", "").strip()[:60] or "no reason given"
    try:
        services.cancel_run(run_id=run.pk, by=request.user, reason=why, now=timezone.now())
        messages.success(request, f"R-{run.number} is being cancelled. What it has already done stays done.")
    except services.RunError as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("runs:detail", args=[number]))
