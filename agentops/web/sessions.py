"""How long a sign-in lasts: 30 minutes without activity, 12 hours in all."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from agentops.web.access import to_sign_in

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
NOTE_EVERY = 60  # seconds between two writes of "seen": a busy page must not write its session on each request


def begin(request: HttpRequest) -> None:
    """Start the two clocks of a fresh session."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = int(time.time())


class SessionLimitMiddleware:
    """Ends a session that was idle or lived too long; what a page polls by itself is no activity."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        started = request.session.setdefault(SIGNED_IN_AT, now)
        seen = request.session.setdefault(SEEN_AT, now)
        if now - seen > IDLE.total_seconds() or now - started > ABSOLUTE.total_seconds():
            return _end(request, idle=now - seen > IDLE.total_seconds())
        if now - seen >= NOTE_EVERY and not is_background(request):
            request.session[SEEN_AT] = now
        return self.get_response(request)


def is_background(request: HttpRequest) -> bool:
    """Whether the page asked by itself (`hx-headers` of polling elements say so), without a person."""
    return request.headers.get("X-Background") == "1"


def _end(request: HttpRequest, *, idle: bool) -> HttpResponse:
    logout(request)
    said = "after 30 minutes without activity" if idle else "after 12 hours"
    messages.info(request, f"You were signed out {said}. Sign in to go on; nothing was lost.")
    return to_sign_in(request)
