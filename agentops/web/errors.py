"""The pages for what cannot be shown: bad request, not allowed, not there, too often, our fault."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something no page of ours sends."""
    return render(request, "errors/400.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: says which roles the person holds, and never whether the thing exists."""
    return render(request, "errors/403.html", {"said": str(exception or "")}, status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form opened under another session; the draft is still behind the back button."""
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return render(request, "errors/404.html", status=404)


def too_often(request: HttpRequest, *, minutes: int) -> HttpResponse:
    """429 with `Retry-After`."""
    answer = render(request, "errors/429.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def our_fault(request: HttpRequest) -> HttpResponse:
    """500: rendered without request or database, because one of them may be what broke."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)
