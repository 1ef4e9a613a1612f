"""The pages of tool permissions: the matrix, one cell, the answers to what waits, and the kill switches."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.permissions import matrix as pages
from agentops.web.permissions import waiting
from agentops.web.permissions.forms import GrantForm
from agentops.web.request import PersonRequest
from reviews.models import Desk
from reviews.services.unassigned import UNASSIGNED
from runs.agents import Agent
from tools_registry import services
from tools_registry.facts import Grant
from tools_registry.models import Breaker
from tools_registry.policy import Policy, PolicyInvalid
from tools_registry.queries import current_policy
from tools_registry.registry import registry

READERS = (Role.POLICY_ADMIN, Role.OPERATOR, Role.AUDITOR)
REFUSALS = (services.PolicyError, PolicyInvalid)


@require_safe
@access(*READERS)
def matrix(request: PersonRequest) -> HttpResponse:
    """The whole matrix; `agent` and `tool` open that cell's editor, for browsers without scripts."""
    policy = current_policy()
    page = pages.matrix(request.user, policy, query=request.GET.get("q", "").strip()[:100])
    form = None
    agent = waiting.agent_named(request.GET.get("agent", ""))
    if page.may_change and agent and request.GET.get("tool") in agent.tools:
        form = _form(agent, request.GET["tool"], policy.grant(agent.name, request.GET["tool"]))
    desks = Desk.objects.exclude(slug=UNASSIGNED).order_by("name") if page.may_change else ()
    context = {"page": page, "form": form, "seen": policy.hash, "desks": desks}
    return render(request, "permissions/matrix.html", context)


@require_http_methods(["GET", "POST"])
@access(Role.POLICY_ADMIN)
def cell(request: PersonRequest, agent: str, tool: str) -> HttpResponse:
    """One cell: its editor, and the change it asks for."""
    of = _agent(agent, tool)
    policy = current_policy()
    if request.method == "GET":
        form = None if "closed" in request.GET else _form(of, tool, policy.grant(agent, tool))
        return _cell(request, of, tool, policy, form=form)
    form = GrantForm(request.POST, cell_id=_cell_id(of, tool), base=settings.BASE_CURRENCY)
    if not form.is_valid():
        return _cell(request, of, tool, policy, form=form, status=422)
    try:
        _propose(
            request,
            policy.with_grant(form.grant(agent, tool)),
            form.cleaned_data["why"],
            seen=request.POST.get("seen"),
        )
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _cell(request, of, tool, policy, form=form, status=422)
    return _cell(request, of, tool, current_policy(), changed=True) if request.htmx else _back()


@require_POST
@access(Role.POLICY_ADMIN)
def answer(request: PersonRequest, pending_id: UUID) -> HttpResponse:
    """Confirm or refuse a change that waits; its author can only withdraw it."""
    try:
        if request.POST.get("answer") == "confirm":
            services.confirm_policy(pending_id=pending_id, confirmer=request.user, now=timezone.now())
            messages.success(request, "Confirmed. The change applies from now on.")
        else:
            services.refuse_policy(pending_id=pending_id, by=request.user, now=timezone.now())
            messages.success(request, "Dropped. Nothing was changed.")
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return _back()


@require_POST
@access(Role.POLICY_ADMIN, Role.OPERATOR)
def stop(request: PersonRequest) -> HttpResponse:
    """Throw a kill switch."""
    scope, why = request.POST.get("scope", "")[:120], request.POST.get("why", "").strip()[:500]
    try:
        services.throw_switch(scope=scope, by=request.user, reason=why, now=timezone.now())
        messages.warning(request, f"{waiting.scope_label(scope)} is stopped. Workers obey within 5 seconds.")
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return _back()


@require_POST
@access(Role.POLICY_ADMIN)
def release(request: PersonRequest) -> HttpResponse:
    """Ask to let something run again, or confirm what another administrator asked."""
    scope = request.POST.get("scope", "")[:120]
    try:
        released = services.release_switch(scope=scope, by=request.user, now=timezone.now())
        label = waiting.scope_label(scope)
        said = f"{label} runs again." if released else f"Asked. A second policy administrator lets {label.lower()} run."
        messages.success(request, said)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return _back()


@require_safe
@access(*READERS)
def tool_page(request: PersonRequest, tool: str) -> HttpResponse:
    """One tool: its promise, its schemas, and who may use it."""
    spec = registry.tools.get(tool)
    if spec is None:
        raise Http404
    policy = current_policy()
    breaker = Breaker.objects.filter(tool=tool, opened_at__isnull=False).exists()
    context = {
        "name": spec.name,
        "impact": spec.impact.value,
        "description": spec.description,
        "facts": _facts(tool),
        "breaker": "open" if breaker else "",
        "stopped": any(stop.scope in ("all", f"tool:{tool}") for stop in waiting.stops(request.user)),
        "cells": [
            pages.cell_of(agent, tool, policy.grant(agent.name, tool), may_change=False)
            for agent in pages.all_agents()
            if tool in agent.tools
        ],
        "input": spec.schema["input"],
        "output": spec.schema["output"],
    }
    return render(request, "permissions/tool.html", {"tool": context})


def what_became_of(done: services.Proposed) -> str:
    """What applies now and what waits, in a sentence each."""
    applied = len(done.applied.changes) if done.applied else 0
    waits = len(done.pending.changes) if done.pending else 0
    said = []
    if applied:
        said.append(f"{applied} {'change applies' if applied == 1 else 'changes apply'} from now on.")
    if waits:
        verb = "change waits" if waits == 1 else "changes wait"
        said.append(f"{waits} {verb} for a second administrator.")
    return " ".join(said)


def _facts(tool: str) -> list[tuple[str, str]]:
    spec = registry.tools[tool]
    rate = f"{spec.rate.calls} per {int(spec.rate.per.total_seconds())} s" if spec.rate else "no limit of its own"
    return [
        ("Version", spec.version[:12]),
        ("Effect", spec.effect.value),
        ("Attempts", str(spec.retry.attempts)),
        ("Timeout", f"{spec.timeout_seconds:g} s"),
        ("Rate", rate),
        ("Fallback", spec.fallback.value.replace("_", " ")),
        ("Connector", spec.connector or "our own tables"),
    ]


def _agent(name: str, tool: str) -> Agent:
    agent = waiting.agent_named(name)
    if agent is None or tool not in registry.tools:
        raise Http404
    return agent


def _cell_id(agent: Agent, tool: str) -> str:
    return f"cell-{agent.name}-{tool}"


def _form(agent: Agent, tool: str, grant: Grant) -> GrantForm:
    return GrantForm(cell_id=_cell_id(agent, tool), base=settings.BASE_CURRENCY, grant=grant)


def _propose(request: PersonRequest, to: Policy, why: str, seen: str | None) -> None:
    done = services.propose_policy(to=to, author=request.user, why=why, now=timezone.now(), seen=seen or None)
    if done.applied is None and done.pending is None:
        messages.info(request, "Nothing differs from what applies now.")
    else:
        messages.success(request, what_became_of(done))


def _cell(
    request: PersonRequest,
    agent: Agent,
    tool: str,
    policy: Policy,
    *,
    form: GrantForm | None = None,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """To htmx the cell alone, after a change with what it changed around it; else the matrix with it open."""
    if not request.htmx:
        page = pages.matrix(request.user, policy)
        return render(
            request,
            "permissions/matrix.html",
            {"page": page, "form": form, "seen": policy.hash},
            status=status,
        )
    waits = any(agent.name == a and tool == t for a, t in waiting.touched_cells())
    shown = pages.cell_of(agent, tool, policy.grant(agent.name, tool), may_change=True, changed=changed, waiting=waits)
    context: dict[str, Any] = {"cell": shown, "form": form, "seen": policy.hash}
    if changed:
        context["page"] = {"pending": waiting.waiting_changes(request.user)}
    return render(
        request,
        "permissions/_cell_answer.html" if changed else "permissions/_cell.html",
        context,
        status=status,
    )


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("permissions:matrix"))
