"""What a vendor's documents taught: shown, ended and brought back by people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agentops.core.access import PersonRequest, access
from agentops.core.permissions import Role
from runs.models import Run

from .. import services
from ..evidence import LABELS
from ..models import Correction, Lesson, Vendor
from ..models.lessons import Outcome
from ..queries import CONFIRMATIONS
from ..services.lessons import TEACHERS
from .places import VENDOR_READERS

SHOWN = 100


@require_safe
@access(*VENDOR_READERS)
def lessons(request: PersonRequest, vendor_id: UUID) -> HttpResponse:
    """What was learned about a vendor, by whom, from which run, and how often it was used; what was corrected."""
    vendor = get_object_or_404(Vendor, pk=vendor_id)
    rows = list(_lessons(vendor))
    corrections = list(Correction.objects.filter(vendor=vendor).select_related("by").order_by("-at")[:SHOWN])
    run_ids = [*(row.correction.run_id for row in rows), *(one.run_id for one in corrections)]
    numbers = _run_numbers(run_ids) if request.user.holds(Role.OPERATOR, Role.AUDITOR) else {}
    context = {
        "vendor": vendor,
        "lessons": [_shown(row, numbers) for row in rows],
        "corrections": [
            {"row": one, "label": LABELS.get(one.field, one.field), "run": numbers.get(one.run_id)}
            for one in corrections
        ],
        "may_teach": request.user.holds(*TEACHERS),
        "confirmations": CONFIRMATIONS,
    }
    return render(request, "invoices/lessons.html", context)


@require_POST
@access(*TEACHERS)
def change_lesson(request: PersonRequest, lesson_id: UUID) -> HttpResponse:
    """End a lesson, or teach an ended one again."""
    lesson = get_object_or_404(Lesson.objects.select_related("layout"), pk=lesson_id)
    who: dict[str, Any] = {"lesson_id": lesson.pk, "by": request.user, "now": timezone.now()}
    try:
        if request.POST.get("decision") == "restore":
            services.restore_lesson(**who)
            messages.success(request, "Taught again. The next document of this layout is read with it.")
        else:
            services.end_lesson(words=request.POST.get("words", ""), **who)
            messages.success(request, "Ended. Documents are read without it from now on.")
    except services.LessonError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("invoices:lessons", args=[lesson.layout.vendor_id]))


def _lessons(vendor: Vendor) -> Any:
    rows = Lesson.objects.filter(layout__vendor=vendor).select_related("correction", "taught_by", "ended_by", "layout")
    counted = {str(name): Count("uses", filter=Q(uses__outcome=name)) for name in Outcome.values}
    return rows.annotate(**counted).order_by("layout__created_at", "field", "-version")[:SHOWN]


def _shown(row: Any, numbers: dict[UUID, int]) -> dict[str, Any]:
    return {
        "row": row,
        "label": LABELS.get(row.field, row.field),
        "run": numbers.get(row.correction.run_id),
        "times": row.used + row.confirmed + row.corrected,
        "is_confirmed": row.confirmed >= CONFIRMATIONS,
    }


def _run_numbers(run_ids: list[UUID]) -> dict[UUID, int]:
    return dict(Run.objects.filter(pk__in=run_ids).values_list("pk", "number"))
