"""A person's own password."""

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agentops.core.passwords import WrongPassword, change_password
from agentops.web.access import signed_in
from agentops.web.request import PersonRequest


@sensitive_post_parameters("old", "new", "again")
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def password(request: PersonRequest) -> HttpResponse:
    """Change one's own password; every other session of this person ends with it."""
    said = _changed(request) if request.method == "POST" else None
    if said == "":
        messages.success(request, "Your password is changed. Other places where you were signed in are signed out.")
        return HttpResponseRedirect(reverse("start"))
    return render(request, "registration/password.html", {"said": said}, status=422 if said else 200)


def _changed(request: PersonRequest) -> str:
    """What stands against it, or an empty text once it is done."""
    old, new = request.POST.get("old", "")[:1024], request.POST.get("new", "")[:1024]
    if new != request.POST.get("again", ""):
        return "The two new passwords differ."
    # Through the throttle of the sign-in, so that an open screen is no place to guess.
    if authenticate(request, username=request.user.email, password=old) is None:
        return "That is not the password you have now."
    try:
        change_password(user=request.user, old=old, new=new, now=timezone.now())
    except WrongPassword as refusal:
        return str(refusal)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    update_session_auth_hash(request, request.user)
    return ""
