"""A new token: the form, and the secret, shown once."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agentops.core.models import ApiToken, User
from agentops.core.tokens.models import Scope
from agentops.core.tokens.services import TokenError, create_token
from agentops.web.access import signed_in
from agentops.web.request import PersonRequest
from agentops.web.tokens.reading import MEANINGS, owners

USUAL_DAYS = 30


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def new(request: PersonRequest) -> HttpResponse:
    """The form; after it the token, which is stored nowhere in the clear."""
    if request.method == "GET":
        return render(request, "tokens/new.html", _form(request))
    try:
        token, secret = _made(request)
    except TokenError as refusal:
        return render(request, "tokens/new.html", _form(request, said=str(refusal)), status=422)
    return render(request, "tokens/made.html", {"token": token, "secret": secret})


def _made(request: PersonRequest) -> tuple[ApiToken, str]:
    wanted = request.POST.get("owner") or str(request.user.pk)
    # Only those in the form: what is not offered is answered as if it did not exist.
    if wanted not in dict(owners(request.user)):
        raise TokenError("Choose yourself or a service user.")
    days = request.POST.get("days", "")
    return create_token(
        owner=User.objects.get(pk=wanted),
        name=request.POST.get("name", ""),
        scopes=request.POST.getlist("scope"),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        by=request.user,
        now=timezone.now(),
    )


def _form(request: PersonRequest, said: str = "") -> dict[str, Any]:
    chosen = request.POST.getlist("scope")
    most = settings.API_TOKEN_DAYS
    return {
        "said": said,
        "name": request.POST.get("name", "")[:120],
        "days": request.POST.get("days", str(min(USUAL_DAYS, most)))[:4],
        "most": most,
        "owner": request.POST.get("owner", ""),
        "owners": owners(request.user),
        "scopes": [(scope.value, scope.label, MEANINGS[scope], scope.value in chosen) for scope in Scope],
    }
