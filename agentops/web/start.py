"""The start page: sends each person to the first place their roles open."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agentops.web.access import signed_in
from agentops.web.nav import home_of


@require_safe
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """`/`."""
    return HttpResponseRedirect(home_of(request))


@require_safe
@signed_in
def nothing(request: HttpRequest) -> HttpResponse:
    """For somebody without a role."""
    return render(request, "shell/nothing.html")
