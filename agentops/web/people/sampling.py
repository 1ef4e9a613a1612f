"""Blind checks of what a desk's agents do alone: how much is drawn, told on the desk's page and asked for there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.permissions.views import REFUSALS, what_became_of
from agentops.web.request import PersonRequest
from reviews.models import Desk
from reviews.services.unassigned import UNASSIGNED
from tools_registry import services
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.policy import Policy
from tools_registry.queries import current_policy

WHOLE = Decimal(100)


class SamplingForm(forms.Form):
    """So many of a hundred, and why."""

    share = forms.DecimalField(min_value=0, max_value=100, max_digits=5, decimal_places=2)
    why = forms.CharField(min_length=3, max_length=500, strip=True)


@dataclass(frozen=True)
class Sampling:
    """What a desk's agents may do alone; `share` is drawn of all of it, None where it differs from tool to tool."""

    grants: list[Grant]
    share: Decimal | None
    seen: str  # the policy that was looked at


def sampling_of(desk: Desk) -> Sampling:
    """As it is by the policy that applies now."""
    policy = current_policy()
    grants = alone_at(desk, policy)
    rates = {grant.sampling_rate for grant in grants}
    share = (next(iter(rates)) * WHOLE).normalize() if len(rates) == 1 else None
    return Sampling(grants, share, policy.hash)


def alone_at(desk: Desk, policy: Policy) -> list[Grant]:
    """The grants by which this desk's agents act without a person."""
    return [grant for grant in policy.all_grants() if grant.agent in desk.agents and grant.mode == Mode.AUTO]


@require_POST
@access(Role.POLICY_ADMIN)
def sampling(request: PersonRequest, slug: str) -> HttpResponse:
    """Ask for another share. More of it applies at once; less of it waits for a second policy administrator."""
    desk = Desk.objects.filter(slug=slug).exclude(slug=UNASSIGNED).first()
    if desk is None:
        raise Http404
    form = SamplingForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say how many of a hundred are checked, from 0 to 100, and why. Nothing was changed.")
        return _back(desk)
    wanted, policy = form.cleaned_data["share"] / WHOLE, current_policy()
    for grant in alone_at(desk, policy):
        policy = policy.with_grant(replace(grant, sampling_rate=wanted))
    asked = {"to": policy, "author": request.user, "why": form.cleaned_data["why"], "now": timezone.now()}
    try:
        done = services.propose_policy(**asked, seen=request.POST.get("seen", "")[:64])
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return _back(desk)
    messages.success(request, what_became_of(done) or "Nothing differs from what applies now.")
    return _back(desk)


def _back(desk: Desk) -> HttpResponse:
    return HttpResponseRedirect(reverse("people:desk", args=[desk.slug]))
