"""The pages of intake problems: the list, one receipt, its original."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from agentops.core import blobs
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.intake.queries import mail_of_problem
from agentops.intake.services import draft_for
from agentops.intake.sight import mails_visible_to, may_act, visible_to, within_reach
from agentops.web.access import access
from agentops.web.intake.reading import agent_of, shown
from agentops.web.nav import count_for
from agentops.web.request import PersonRequest
from runs import intake
from runs.models import IntakeProblem, ProblemStatus

WORKERS = (Role.REVIEWER, Role.CONTROLLER, Role.OPERATOR, Role.VENDOR_MANAGER)
READERS = (*WORKERS, Role.AUDITOR)
PAGE = 50
MOST = 1000  # counted for the navigation
BESIDE = ("requester", "run", "settled_by", "replaced_by", "replaces", "question__asked_by")
STORAGE = (blobs.BlobMissing, blobs.BlobDamaged, OSError)


@require_safe
@access(*READERS)
def problems(request: PersonRequest) -> HttpResponse:
    """What was refused, newest first; what is settled stands apart."""
    settled = request.GET.get("view") == "settled"
    found = visible_to(request.user).select_related(*BESIDE)
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
    return receipt(request, _problem(request, problem_id))


@require_safe
@access(*WORKERS)
def original(request: PersonRequest, problem_id: UUID) -> HttpResponse:
    """The file as it came, to be saved and never shown here; who fetched it is in the trail."""
    found = within_reach_of(request, problem_id)
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


@count_for("intake")
def waiting_for(user: User) -> QuerySet[IntakeProblem] | None:
    """What waits for this person, for the navigation."""
    return within_reach(user).filter(status=ProblemStatus.OPEN)[:MOST] if user.holds(*WORKERS) else None


def _problem(request: PersonRequest, problem_id: UUID) -> IntakeProblem:
    seen = visible_to(request.user).select_related(*BESIDE)
    found = seen.filter(pk=problem_id).first()
    if found is None:
        raise Http404
    return found


def within_reach_of(request: PersonRequest, problem_id: UUID) -> IntakeProblem:
    """One that this person may do something about; raises `Http404`, `PermissionDenied`."""
    found = _problem(request, problem_id)
    if not may_act(request.user, found):
        raise PermissionDenied("This file is the business of its desk, of who sent it, and of operators.")
    return found


def receipt(request: PersonRequest, found: IntakeProblem, refusal: intake.Unusable | None = None) -> HttpResponse:
    """The page of one, with what was wrong with what was just asked of it."""
    mail, acting = mail_of_problem(found), may_act(request.user, found)
    agent = agent_of(found)
    context = {
        "row": shown(found, request.user, acting=acting),
        "mail": mail if mail and mails_visible_to(request.user).filter(pk=mail.pk).exists() else None,
        "draft": draft_for(found) if mail and acting and found.is_open else None,
        "agent": agent.label if agent else found.agent,
        "may_fetch": acting and request.user.holds(*WORKERS),
        "refusal": refusal,
        "typed": request.POST if refusal else {},
    }
    return render(request, "intake/problem.html", context, status=422 if refusal else 200)


def _start(request: PersonRequest) -> int:
    asked = request.GET.get("after", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
