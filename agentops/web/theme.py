"""Light or dark: a cookie that the server renders, so that no page flashes and no script is needed."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from agentops.web.access import public

THEMES = ("light", "dark")
A_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """`light`, `dark`, or empty where the system decides."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


@require_POST
@public
def switch(request: HttpRequest) -> HttpResponse:
    """Switch between light and dark and go back to the page."""
    answer = HttpResponseRedirect(safe_next(request, request.headers.get("Referer", "/")))
    wanted = request.POST.get("theme") or ("light" if theme_of(request) == "dark" else "dark")
    if wanted in THEMES:
        # Not HttpOnly: ui.js writes the same cookie so that the switch needs no page load.
        answer.set_cookie("theme", wanted, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return answer


def safe_next(request: HttpRequest, url: str | None, default: str = "/") -> str:
    """`url` if it stays on this host, else `default`: a redirect is never chosen by a stranger."""
    allowed = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if url and allowed else default
