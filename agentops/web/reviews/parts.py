"""The parts of a review's page that are fetched when somebody opens them, so that nobody else waits for them."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agentops.core.models import User
from agentops.intake.queries import mail_of
from agentops.web.access import access
from agentops.web.queue.views import READERS
from agentops.web.request import PersonRequest
from reviews import queries
from reviews.lifecycle import ReviewKind
from reviews.models import Desk, Review
from reviews.services.unassigned import UNASSIGNED

MOST_CALLS = 60


def hand_over(review: Review, user: User) -> dict[str, Any]:
    """To whom it can be handed over."""
    people = [person for person in queries.people_at(review.desk) if person.pk != user.pk]
    desks = Desk.objects.exclude(id=review.desk_id).exclude(slug=UNASSIGNED).order_by("name")
    return {"people": people, "desks": list(desks)}


def earlier(review: Review, user: User) -> dict[str, Any]:
    """What was decided about the same party before."""
    return {"past": queries.counterparty_past(review)}


def provenance(review: Review, user: User) -> dict[str, Any]:
    """Every call to a tool and to a model that led here."""
    asked = list(review.run.model_calls.order_by("started_at")[:MOST_CALLS]) if review.run.spent_tokens else []
    return {**tried(review, user), "model_calls": asked}


def tried(review: Review, user: User) -> dict[str, Any]:
    """The calls to tools, oldest first."""
    return {"calls": list(review.run.tool_calls.order_by("started_at", "seq", "attempt")[:MOST_CALLS])}


PARTS: Mapping[str, Callable[[Review, User], dict[str, Any]]] = {
    "hand_over": hand_over,
    "earlier": earlier,
    "provenance": provenance,
    "tried": tried,
}


@require_safe
@access(*READERS)
def part(request: PersonRequest, review_id: UUID, name: str) -> HttpResponse:
    """One part alone; 404 for a desk that is not this person's, and for what a blind check must not show."""
    review = _review(request, review_id)
    if name not in PARTS or (review.kind == ReviewKind.SAMPLE and review.is_open):
        raise Http404
    return render(request, f"reviews/_{name}.html", {"part": PARTS[name](review, request.user), "review": review})


@require_safe
@access(*READERS)
def mail(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """To the mail that its run came with; 404 where it came otherwise."""
    found = mail_of(_review(request, review_id).run)
    if found is None:
        raise Http404
    return HttpResponseRedirect(reverse("intake:mail", args=[found.pk]))


def _review(request: PersonRequest, review_id: UUID) -> Review:
    queries.remember_desks(request.user)
    rows = Review.objects.select_related("desk", "run__given").filter(queries.in_remembered_sight_of(request.user))
    found = rows.filter(id=review_id).first()
    if found is None:
        raise Http404
    return found
