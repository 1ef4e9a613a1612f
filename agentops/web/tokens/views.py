"""The pages about tokens: the list, and revoking one after a question."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agentops.core.tokens.services import revoke_token
from agentops.web.access import signed_in, url_if_open
from agentops.web.request import PersonRequest
from agentops.web.tokens import reading


@require_safe
@signed_in
def tokens(request: PersonRequest) -> HttpResponse:
    """One's own tokens; a user administrator sees everybody's."""
    page = reading.tokens_page(request.user, timezone.now())
    return render(request, "tokens/list.html", {"page": page, "docs": url_if_open(request.user, "api:docs")})


@require_http_methods(["GET", "POST"])
@signed_in
def revoke(request: PersonRequest, token_id: UUID) -> HttpResponse:
    """Ask, then end the token for good; 404 for a token of somebody else."""
    token = reading.visible_to(request.user).filter(pk=token_id).first()
    if token is None:
        raise Http404
    if request.method == "GET":
        return render(request, "tokens/revoke.html", {"token": token})
    revoke_token(token_id=token_id, by=request.user, now=timezone.now())
    messages.success(request, f"{token.name} is revoked. Whatever used it is refused from now on.")
    return HttpResponseRedirect(reverse("tokens:list"))
