"""The page behind the link in a reply: a form, answered once, by whoever holds the link."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agentops.core.access import public
from agentops.core.addresses import network_of
from tools_registry import limits

from .. import services
from ..mailing import SALT
from ..models import Message, Rating

GOOD_FOR = 90 * 24 * 3600  # seconds
PER_MINUTE = 40  # requests of one network
SCORES = ((5, "Very good"), (4, "Good"), (3, "So-so"), (2, "Poor"), (1, "Very poor"))


@require_http_methods(["GET", "POST"])
@public
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at it changes nothing, as mail programs look too; sending the form stores the answer, once."""
    counted = limits.take((limits.Limit("ratings", f"support:rating:{network_of(request)}", PER_MINUTE),))
    if not counted.passed:
        response = HttpResponse("Too many requests. Try again in a minute.", status=429, content_type="text/plain")
        response["Retry-After"] = str(counted.turns_in)
        return response
    message = _message(token)
    done, error = Rating.objects.filter(message=message).exists(), ""
    if request.method == "POST" and not done:
        done, error = _stored(request, message)
    context = {"done": done, "error": error, "scores": SCORES}
    return render(request, "support/rate.html", context, status=422 if error else 200)


def _message(token: str) -> Message:
    """The reply that the link is about; a made-up, old or unsent one is nothing."""
    try:
        ticket, number = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
        return Message.objects.get(ticket_id=UUID(ticket), number=int(number) + 1, outgoing=True)
    except (signing.BadSignature, Message.DoesNotExist, ValueError, TypeError):
        raise Http404 from None


def _stored(request: HttpRequest, message: Message) -> tuple[bool, str]:
    score = request.POST.get("score", "")
    words = request.POST.get("words", "")
    try:
        services.rate(
            message_id=message.pk,
            score=int(score) if score in {"1", "2", "3", "4", "5"} else 0,
            words=words,
            now=timezone.now(),
        )
    except services.TicketError as refused:
        return refused.code == "rated_before", refused.message
    return True, ""
