"""Who may open which page: declared at each view (agentops/core/access.py), enforced here for all of them, denied
where nothing is declared."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import (
    NoReverseMatch,
    URLPattern,
    URLResolver,
    get_resolver,
    get_script_prefix,
    get_urlconf,
    resolve,
    reverse,
)
from django_htmx.http import HttpResponseClientRedirect

from agentops.core.access import Rule, access, guarded_by, public, rule_of, signed_in

__all__ = [
    "AccessMiddleware",
    "Rule",
    "access",
    "every_view",
    "guarded_by",
    "public",
    "rule_of",
    "signed_in",
    "to_sign_in",
    "url_if_open",
]


class AccessMiddleware:
    """Asks each view for its rule before it runs; a view without one is closed to everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let pass, send to the sign-in page, or raise `PermissionDenied`."""
        rule = rule_of(view)
        if rule is None:
            raise PermissionDenied(f"No access rule is declared for {request.path}.")
        if rule.admits(request.user, request.method or "GET"):
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        raise PermissionDenied("Your role does not open this page.")


def url_if_open(user: Any, name: str, *args: Any) -> str:
    """The address of a view if it exists here and this person may open it, else empty."""
    url, rule = _place(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), name, args)
    return url if rule is not None and rule.admits(user) else ""


@lru_cache(maxsize=512)
def _place(urlconf: Any, prefix: str, name: str, args: tuple[Any, ...]) -> tuple[str, Rule | None]:
    """Where a view is, and its rule: the navigation of every page asks for a dozen."""
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return "", None  # that room is not built into this installation
    return url, rule_of(resolve(url).func)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and back again afterwards; a page that htmx asked for is loaded whole."""
    back = request.get_full_path() if request.method == "GET" else ""
    if getattr(request, "htmx", False):
        back = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    url = reverse("sign_in") + (f"?{urlencode({'next': back})}" if back else "")
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else HttpResponseRedirect(url)


def every_view(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the project with its pattern, for the start-up check and the tests."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from every_view(entry.url_patterns, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry
