"""Sign-in and sign-out: throttled, one answer in one time for every failure, a fresh session each time."""

from typing import Any, cast

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_failure_limit
from django import forms
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from agentops.core.audit import trail
from agentops.core.models import User
from agentops.web import errors, sessions
from agentops.web.access import public, signed_in
from agentops.web.nav import home_of
from agentops.web.theme import safe_next


class SignInForm(forms.Form):
    """Two fields; whether the account exists is never said."""

    username = forms.EmailField(max_length=254)
    password = forms.CharField(max_length=1024, strip=False)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; on success goes where the person was heading, or to where the roles begin."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request, request.GET.get("next"), default=home_of(request)))
    if request.method == "GET":
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    person = _who_is_it(request, form) if form.is_valid() else None
    if getattr(request, "axes_locked_out", False):
        return locked_out(request)
    if person is None:
        return _page(request, form, said=_refusal(request, form))
    _begin_session(request, person)
    return HttpResponseRedirect(safe_next(request, request.POST.get("next"), default=home_of(request)))


@never_cache
@require_POST
@signed_in
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; a link cannot do it, only the button."""
    with transaction.atomic():
        _record("session.ended", request)
        logout(request)
    return HttpResponseRedirect(reverse("sign_in"))


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """429: too many wrong tries from this address for this account."""
    wait = get_cool_off()
    return errors.too_often(request, minutes=max(1, int(wait.total_seconds() // 60)) if wait else 15)


def _who_is_it(request: HttpRequest, form: SignInForm) -> Any:
    # The password hasher runs for unknown accounts as well, inside Django's backend: equal time.
    return authenticate(request, username=form.cleaned_data["username"].lower(), password=form.cleaned_data["password"])


def _begin_session(request: HttpRequest, person: Any) -> None:
    with transaction.atomic():
        login(request, person)  # cycles the session key: a planted session id is worthless afterwards
        sessions.begin(request)
        _record("session.started", request)


def _record(action: str, request: HttpRequest) -> None:
    person = cast(User, request.user)
    event = trail.Event(action=action, actor=trail.Actor.of(person), object=("user", str(person.pk), None))
    trail.append(f"user:{person.pk}", event)


def _refusal(request: HttpRequest, form: SignInForm) -> str:
    left = get_failure_limit(request, {"username": form.data.get("username", "")}) - _failures(request, form)
    tries = f" {left} {'try' if left == 1 else 'tries'} left." if form.is_valid() and 0 < left <= 4 else ""
    return f"Email and password do not match.{tries}"


def _failures(request: HttpRequest, form: SignInForm) -> int:
    return int(AxesProxyHandler.get_failures(request, {"username": form.data.get("username", "").lower()}))


def _page(request: HttpRequest, form: SignInForm, said: str = "") -> HttpResponse:
    going_to = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "said": said, "next": going_to, "email": form.data.get("username", "")}
    return render(request, "registration/sign_in.html", context, status=422 if said else 200)
