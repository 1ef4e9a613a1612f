"""The pages of the ways in: all of them, a new one, and one with its form, its state and what it did last."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agentops.core.permissions import Role
from agentops.intake import services
from agentops.intake.services.checking import WayError
from agentops.web.access import access
from agentops.web.request import PersonRequest
from agentops.web.ways import reading
from agentops.web.ways.kinds import KINDS, AnyWay, Kind

READERS = (*services.MANAGERS, Role.AUDITOR)


@require_safe
@access(*READERS)
def overview(request: PersonRequest) -> HttpResponse:
    """Every way in beside the browser and the API, and how many mails wait."""
    context = {
        "sections": reading.sections(),
        "may_change": request.user.holds(*services.MANAGERS),
        "waiting": reading.triage(request.user).count() if request.user.holds(Role.OPERATOR, Role.AUDITOR) else None,
    }
    return render(request, "ways/list.html", context)


@require_http_methods(["GET", "POST"])
@access(*services.MANAGERS)
def new(request: PersonRequest, kind: str) -> HttpResponse:
    """A new one."""
    of = _kind(kind)
    form = of.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            way = services.add(of.model, form.cleaned_data, by=request.user, now=timezone.now())  # type: ignore[type-var]
            messages.success(request, f"The {of.label} is open from now on.")
            return HttpResponseRedirect(reverse("ways:edit", args=[kind, way.pk]))
        except WayError as refusal:
            _place(form, refusal)
    status = 422 if request.method == "POST" else 200
    return render(request, "ways/way.html", {"kind": of, "form": form, "may_change": True}, status=status)


@require_http_methods(["GET", "POST"])
@access(*READERS, write=services.MANAGERS)
def edit(request: PersonRequest, kind: str, way_id: UUID) -> HttpResponse:
    """One of them; a POST saves its form."""
    of, way = _kind(kind), _way(kind, way_id)
    form = of.form(request.POST or None, initial=reading.values_of(way, of.form))
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(of.model, way_id, form.cleaned_data, by=request.user, now=timezone.now())  # type: ignore[type-var]
            messages.success(request, "Saved. It holds from now on.")
            return HttpResponseRedirect(reverse("ways:edit", args=[kind, way_id]))
        except WayError as refusal:
            _place(form, refusal)
    return render(request, "ways/way.html", _shown(request, of, way, form), status=422 if request.POST else 200)


@require_POST
@access(*services.MANAGERS)
def switch(request: PersonRequest, kind: str, way_id: UUID) -> HttpResponse:
    """Pause, resume, or look at once."""
    of, way = _kind(kind), _way(kind, way_id)
    try:
        messages.success(request, _do(request, of, way))
    except WayError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("ways:edit", args=[kind, way_id]))


def _do(request: PersonRequest, kind: Kind, way: AnyWay) -> str:
    asked = request.POST.get("do", "")
    if asked == "pause":
        why = request.POST.get("why", "")
        services.pause(kind.model, way.pk, by=request.user, why=why)  # type: ignore[type-var]
        return "Paused. What is under way goes on."
    if asked == "resume":
        services.resume(kind.model, way.pk, by=request.user)  # type: ignore[type-var]
        return "Open again."
    if asked == "look" and kind.name != "schedule":
        services.look_now(kind.model, way.pk, by=request.user)  # type: ignore[arg-type]
        return "It is looked at within seconds."
    raise WayError("", "There is nothing of that name to do.")


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _way(kind: str, way_id: UUID) -> AnyWay:
    way = _kind(kind).model._default_manager.filter(pk=way_id).first()
    if way is None:
        raise Http404
    return way


def _place(form: forms.Form, refusal: WayError) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def _shown(request: PersonRequest, kind: Kind, way: AnyWay, form: forms.Form) -> dict[str, Any]:
    return {
        "kind": kind,
        "way": way,
        "form": form,
        "row": reading.row_of(way),
        "happenings": reading.happenings(way),
        "next_times": reading.next_times(way),
        "may_change": request.user.holds(*services.MANAGERS),
    }
