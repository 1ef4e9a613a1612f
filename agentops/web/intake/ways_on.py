"""The ways on from a refused file: tried again, replaced, asked about, keyed in, closed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agentops.core.permissions import Role
from agentops.intake.services import MayNotAsk, ask_sender
from agentops.web.access import access
from agentops.web.intake.reading import fields_of, shown
from agentops.web.intake.views import STORAGE, WORKERS, receipt, within_reach_of
from agentops.web.request import PersonRequest
from agentops.web.upload_limits import LARGEST, overflow_of
from runs import intake
from runs.agents import UnknownAgent
from runs.models import IntakeProblem, ProblemStatus, Run
from runs.services import RunError


@require_POST
@access(*WORKERS)
def retry(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """Offer the file to its agent once more."""
    found = within_reach_of(request, problem_id)
    try:
        taken = intake.try_again(problem_id=found.pk, by=request.user, now=timezone.now())
    except (RunError, UnknownAgent, *STORAGE) as refusal:
        messages.warning(request, f"Not tried: {refusal}")
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    if taken.run_id is None:
        messages.warning(request, f"Refused again. {taken.sentence}")
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    return _to_run(request, taken.run_id, "The file was taken this time.")


@require_POST
@access(*WORKERS)
def replace(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """Another file for the same problem. Whoever sends it asks for its run: somebody else decides."""
    found = within_reach_of(request, problem_id)
    if overflow := overflow_of(request):
        return receipt(request, found, intake.Unusable(overflow.code, "file", overflow.message))
    given = request.FILES.get("file")
    if given is None:
        said = "Choose the file that is to take its place."
        return receipt(request, found, intake.Unusable("no_files", "file", said))
    data, name = given.read(LARGEST + 1), given.name or "file"
    try:
        taken = intake.replace_file(problem_id=found.pk, data=data, name=name, by=request.user, now=timezone.now())
    except intake.Unusable as refusal:
        return receipt(request, found, refusal)
    except (RunError, UnknownAgent, *STORAGE) as refusal:
        messages.warning(request, f"Not replaced: {refusal}")
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    if taken.run_id is None:
        messages.warning(request, f"This one was refused as well. {taken.sentence}")
        return HttpResponseRedirect(reverse("intake:problem", args=[taken.problem_id]))
    return _to_run(request, taken.run_id, "The new file was taken in its place. Somebody else decides.")


@require_POST
@access(*WORKERS)
def ask(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """Send the sender the fixed question; it stays open until a file comes or somebody closes it."""
    found = within_reach_of(request, problem_id)
    try:
        ask_sender(problem_id=found.pk, by=request.user, now=timezone.now())
        messages.success(request, "The sender was asked. It stays open here until it is dealt with.")
    except MayNotAsk as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))


@require_http_methods(["GET", "POST"])
@access(*WORKERS)
def key_in(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """Type what the document says; it is checked and gated like any other, and somebody else decides."""
    found = within_reach_of(request, problem_id)
    fields = fields_of(found)
    if not fields or found.status != ProblemStatus.OPEN:
        messages.warning(request, "Nothing can be keyed in here any more.")
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    if request.method == "GET":
        return _key_in_page(request, found)
    typed = {field.name: request.POST[field.name] for field in fields if field.name in request.POST}
    try:
        run_id = intake.key_in(problem_id=found.pk, by=request.user, typed=typed, now=timezone.now())
    except intake.Unusable as refusal:
        return _key_in_page(request, found, refusal)
    except (RunError, UnknownAgent, *STORAGE) as refusal:
        messages.warning(request, f"Not started: {refusal}")
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    return _to_run(request, run_id, "Your values are on their way. Somebody else decides.")


@require_POST
@access(*WORKERS)
def close(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """Nothing more is to be done, and why; the receipt stays."""
    found = within_reach_of(request, problem_id)
    try:
        intake.close_problem(problem_id=found.pk, by=request.user, now=timezone.now(), why=request.POST.get("why", ""))
    except intake.Unusable as refusal:
        return receipt(request, found, refusal)
    except RunError as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    messages.success(request, "Closed. The receipt stays.")
    return HttpResponseRedirect(reverse("intake:problems"))


def _key_in_page(request: PersonRequest, found: IntakeProblem, refusal: intake.Unusable | None = None) -> HttpResponse:
    claimed = found.given.get("claimed") or {}
    typed: Any = request.POST if refusal else {"currency": claimed.get("currency", "EUR")}
    context = {
        "row": shown(found, request.user, acting=True),
        "fields": [(field, typed.get(field.name, "")) for field in fields_of(found)],
        "refusal": refusal,
    }
    return render(request, "intake/key_in.html", context, status=422 if refusal else 200)


def _to_run(request: PersonRequest, run_id: UUID, said: str) -> HttpResponse:
    run = Run.objects.get(pk=run_id)
    messages.success(request, said)
    # A retried file is its requester's run: who retried it may have no business with the run itself.
    if run.requester_id == request.user.pk or request.user.holds(Role.OPERATOR):
        return HttpResponseRedirect(reverse("runs:detail", args=[run.number]))
    return HttpResponseRedirect(reverse("intake:problems"))
