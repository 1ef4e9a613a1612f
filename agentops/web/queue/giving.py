"""Who does it: given to a person or a desk, taken over with a reason, held while its page is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.queue.putting_off import back_to_queue, chosen_ids
from agentops.web.queue.rows import headlines, row
from agentops.web.request import PersonRequest
from reviews import queries, services
from reviews.models import Desk, Review
from runs.agents import Headline

DECIDERS = (Role.REVIEWER, Role.CONTROLLER)
NOBODY = "nobody"
Give = Callable[[Review], object]


@require_POST
@access(*DECIDERS)
def give(request: PersonRequest) -> HttpResponse:
    """Give what was chosen to a person, to another desk, or back to everybody; without `to`, ask to whom."""
    to = request.POST.get("to", "")
    if not to:
        return _asking(request)
    doing = _way(request, to, timezone.now())
    if doing is None:
        messages.warning(request, "That person or desk is not there any more. Choose another.")
        return HttpResponseRedirect(back_to_queue(request))
    (deed, told), done = doing, 0
    for review in Review.objects.select_related("desk").filter(id__in=chosen_ids(request)).order_by("sort_at", "id"):
        if not queries.may_see(request.user, review):
            continue
        try:
            deed(review)
            done += 1
        except services.ReviewError as refusal:
            messages.warning(request, f"Review {review.number}: {refusal}")
    if done:
        messages.success(request, f"{f'{done} items are' if done > 1 else 'It is'} {told}.")
    return HttpResponseRedirect(back_to_queue(request))


@require_POST
@access(*DECIDERS)
def take_over(request: PersonRequest) -> HttpResponse:
    """Take what somebody else has, saying why."""
    for review in Review.objects.select_related("desk").filter(id__in=chosen_ids(request)):
        if not queries.may_see(request.user, review):
            continue
        try:
            words = request.POST.get("words", "").strip()[:400]
            services.take_over(review_id=review.id, person=request.user, words=words, now=timezone.now())
        except services.ReviewError as refusal:
            messages.warning(request, f"Review {review.number}: {refusal}")
        else:
            messages.success(request, f"Review {review.number} is yours now.")
    return HttpResponseRedirect(back_to_queue(request))


@require_POST
@access(*DECIDERS)
def hold(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """The page of a review is open: prolong one's own claim, and say who has it if it is somebody else's now."""
    review = Review.objects.select_related("desk", "claimed_by").filter(id=review_id).first()
    if review is None or not queries.may_see(request.user, review):
        raise Http404
    held = services.hold(review_id=review.id, person=request.user)
    review.refresh_from_db(fields=["claimed_by", "claimed_until", "status"])
    now = timezone.now()
    minutes = int((review.claimed_until - now).total_seconds() // 60) if held and review.claimed_until else 0
    other = review.claimed_by if review.claimed_until and review.claimed_until > now and not held else None
    return render(request, "queue/_holding.html", {"review": review, "minutes": minutes, "held": held, "other": other})


def _asking(request: PersonRequest) -> HttpResponse:
    """To whom: those who decide at the desks of what was chosen, or another desk."""
    chosen = Review.objects.select_related("desk", "claimed_by", "assigned_to", "run__given")
    chosen = chosen.filter(id__in=chosen_ids(request), closed_at=None).defer("context", "run__given__input")
    reviews = [review for review in chosen.order_by("sort_at", "id") if queries.may_see(request.user, review)]
    if not reviews:
        return HttpResponseRedirect(back_to_queue(request))
    named, now = headlines(reviews), timezone.now()
    page = {
        "rows": [(review, row(review, request.user, now, named.get(review.run_id, Headline()))) for review in reviews],
        "people": queries.people_at_any({review.desk for review in reviews}),
        "desks": [desk for desk in queries.desks_with_people() if {desk.pk} != {one.desk_id for one in reviews}],
        "query": request.POST.get("query", "")[:1000],
    }
    return render(request, "queue/give.html", page)


def _way(request: PersonRequest, to: str, now: datetime) -> tuple[Give, str] | None:
    """What is done with each review, and how it is told; None for somebody who is not there."""
    by, words = request.user, request.POST.get("words", "").strip()[:400]
    if to == NOBODY:
        return (lambda review: services.assign(review_id=review.id, to=None, by=by)), "everybody's at its desk again"
    kind, _, name = to.partition(":")
    try:
        key = UUID(name)
    except ValueError:
        return None
    if kind == "person" and (person := User.objects.filter(pk=key, kind="person", is_active=True).first()):
        return (lambda review: services.assign(review_id=review.id, to=person, by=by)), f"given to {person.name}"
    if kind == "desk" and (desk := Desk.objects.filter(pk=key).first()):

        def hand_over(review: Review) -> object:
            return services.hand_over(
                review_id=review.id, signer=by, seen=review.digest, now=now, to_desk=desk, words=words
            )

        return hand_over, f"handed over to {desk.name}"
    return None
