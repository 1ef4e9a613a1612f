"""The pages of intake problems: the list, one receipt, its original, and the ways on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agentops.core import blobs
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.intake.reading import agent_of, fields_of, shown
from agentops.web.intake.sight import may_act, open_for, visible_to, within_reach
from agentops.web.nav import count_for
from agentops.web.request import PersonRequest
from runs import intake
from runs.agents import UnknownAgent
from runs.models import IntakeProblem, ProblemStatus, Run
from runs.services import RunError

WORKERS = (Role.REVIEWER, Role.CONTROLLER, Role.OPERATOR, Role.VENDOR_MANAGER)
READERS = (*WORKERS, Role.AUDITOR)
PAGE = 50
STORAGE = (blobs.BlobMissing, blobs.BlobDamaged, OSError)


@require_safe
@access(*READERS)
def problems(request: PersonRequest) -> HttpResponse:
    """What was refused, newest first; what is settled stands apart."""
    settled = request.GET.get("view") == "settled"
    found = visible_to(request.user).select_related("requester", "run", "settled_by")
    waiting = found.filter(status=ProblemStatus.OPEN)
    rows = (found.exclude(status=ProblemStatus.OPEN) if settled else waiting).order_by("-at", "-id")
    start = _start(request)
    page = list(rows[start : start + PAGE + 1])
    able = set(within_reach(request.user).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True))
    here = f"{reverse('intake:problems')}?view={'settled' if settled else 'open'}"
    context = {
        "rows": [shown(row, request.user, acting=row.pk in able) for row in page[:PAGE]],
        "settled": settled,
        "waiting": waiting.count(),
        "more": f"{here}&after={start + PAGE}" if len(page) > PAGE else "",
        "back": f"{here}&after={max(0, start - PAGE)}" if start else "",
    }
    return render(request, "intake/problems.html", context)


@require_safe
@access(*READERS)
def problem(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """One receipt."""
    return _page(request, _problem(request, problem_id))


@require_safe
@access(*WORKERS)
def original(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """The file as it came, to be saved and never shown here; who fetched it is in the trail."""
    found = _within_reach(request, problem_id)
    try:
        data = intake.fetch_original(problem_id=found.pk, by=request.user)
    except STORAGE as error:
        messages.error(request, f"The file cannot be fetched: {error}")
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, found.name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@access(*WORKERS)
def retry(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """Offer the file to its agent once more."""
    found = _within_reach(request, problem_id)
    try:
        taken = intake.try_again(problem_id=found.pk, by=request.user, now=timezone.now())
    except (RunError, UnknownAgent, *STORAGE) as refusal:
        messages.warning(request, f"Not tried: {refusal}")
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    if taken.run_id is None:
        messages.warning(request, f"Refused again. {taken.sentence}")
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    return _to_run(request, taken.run_id, "The file was taken this time.")


@require_http_methods(["GET", "POST"])
@access(*WORKERS)
def key_in(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """Type what the document says; it is checked and gated like any other, and somebody else decides."""
    found = _within_reach(request, problem_id)
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
    found = _within_reach(request, problem_id)
    try:
        intake.close_problem(problem_id=found.pk, by=request.user, now=timezone.now(), why=request.POST.get("why", ""))
    except intake.Unusable as refusal:
        return _page(request, found, refusal)
    except RunError as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(reverse("intake:problem", args=[found.pk]))
    messages.success(request, "Closed. The receipt stays.")
    return HttpResponseRedirect(reverse("intake:problems"))


@count_for("intake")
def waiting_for(user: User) -> int | None:
    """How many wait for this person, for the navigation; nothing to say where there are none."""
    return (open_for(user) or None) if user.holds(*WORKERS) else None


def _problem(request: PersonRequest, problem_id: UUID) -> IntakeProblem:
    seen = visible_to(request.user).select_related("requester", "run", "settled_by")
    found = seen.filter(pk=problem_id).first()
    if found is None:
        raise Http404
    return found


def _within_reach(request: PersonRequest, problem_id: UUID) -> IntakeProblem:
    found = _problem(request, problem_id)
    if not may_act(request.user, found):
        raise PermissionDenied("This file is the business of its desk, of who sent it, and of operators.")
    return found


def _page(request: PersonRequest, found: IntakeProblem, refusal: intake.Unusable | None = None) -> HttpResponse:
    agent = agent_of(found)
    context = {
        "row": shown(found, request.user),
        "agent": agent.label if agent else found.agent,
        "may_fetch": may_act(request.user, found) and request.user.holds(*WORKERS),
        "refusal": refusal,
        "typed": request.POST if refusal else {},
    }
    return render(request, "intake/problem.html", context, status=422 if refusal else 200)


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


def _start(request: PersonRequest) -> int:
    asked = request.GET.get("after", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
