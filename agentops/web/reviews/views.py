"""One review: its page, and what a person says on it. Every door calls one service."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agentops.web.access import access
from agentops.web.queue.putting_off import back_to_queue
from agentops.web.queue.views import READERS, address_of, next_id
from agentops.web.request import PersonRequest
from agentops.web.reviews.deciding import NotUnderstood, decide_as_posted, draft_in
from agentops.web.reviews.just_now import just_decided, note
from agentops.web.reviews.page import DECIDERS, page_of
from agentops.web.reviews.posted_edits import recap_of_posted
from agentops.web.reviews.previewing import Recap
from reviews import queries, services
from reviews.models import Draft, Review


@require_safe
@access(*READERS)
def detail(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """The page of one review; 404 for a desk that is not this person's."""
    return page_of(request, _review(request, review_id))


@require_POST
@access(*DECIDERS)
def decide(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """Take a decision and go on to the next item; refused, show the page again with all that was typed."""
    review = _review(request, review_id)
    try:
        if recap := _unseen(request, review):
            _keep(request, review)
            return page_of(request, review, recap=recap)
        decision = decide_as_posted(request, review)
    except services.StepUpNeeded as refusal:
        return page_of(request, review, status=422, refusal=None, step_up=str(refusal))
    except services.ReviewClosed as refusal:
        _keep(request, review)
        return page_of(request, _review(request, review_id), status=409, refusal=refusal)
    except services.ProposalChanged as refusal:
        _keep(request, review)
        return page_of(request, _review(request, review_id), status=409, refusal=refusal)
    except (services.ReviewError, NotUnderstood) as refusal:
        _keep(request, review)
        return page_of(request, _review(request, review_id), status=422, refusal=refusal)
    if getattr(review, "draft", None):
        services.discard_draft(review_id=review.id, person=request.user)
    note(request, decision)
    if request.POST.get("back") == "queue":
        here = back_to_queue(request)
        return HttpResponseRedirect(f"{here}{'&' if '?' in here else '?'}done={decision.id}")
    following = next_id(request, after=review)
    address = address_of(following, done=str(decision.id))
    if "X-Ahead" not in request.headers:
        return HttpResponseRedirect(address)
    # The page has the next one already (static/next.js): it is told which it is, and whether it is as it was.
    told = {"just_decided": just_decided(request, timezone.now(), str(decision.id))}
    toast = render_to_string("reviews/_just_decided.html", told, request)
    mark = queries.mark_of(following) if following else ""
    return JsonResponse({"next": address, "mark": mark, "toast": toast})


@require_POST
@access(*DECIDERS)
def preview(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """What the edits of the open page would become: a diff, checked and gated again; nothing is kept."""
    review = _review(request, review_id)
    try:
        told: dict[str, Any] = {"recap": recap_of_posted(request, review)}
    except services.ReviewError as refusal:
        told = {"refusal": refusal}
    return render(request, "reviews/_recap.html", told)


@require_POST
@access(*DECIDERS)
def claim(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """Take, prolong, release, or take over the claim."""
    review = _review(request, review_id)
    asked, words = request.POST.get("claim", ""), request.POST.get("words", "").strip()
    try:
        if asked == "release":
            services.release(review_id=review.id, person=request.user)
        elif asked == "take_over":
            services.take_over(
                review_id=review.id,
                person=request.user,
                words=words,
                now=timezone.now(),
            )
        else:
            services.claim(review_id=review.id, person=request.user)
    except services.ReviewError as refusal:
        messages.warning(request, str(refusal))
    to_queue = request.POST.get("back") == "queue"
    return HttpResponseRedirect(back_to_queue(request) if to_queue else reverse("review", args=[review.id]))


@require_POST
@access(*DECIDERS)
def draft(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """Keep what was typed so far; called by the page by itself, or by a button."""
    review = _review(request, review_id)
    _keep(request, review)
    if request.htmx:
        return HttpResponse(status=204)
    messages.success(request, "Your draft is kept.")
    return HttpResponseRedirect(reverse("review", args=[review.id]))


@require_POST
@access(*DECIDERS)
def comment(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """Write something beside a review; also where one may not decide, and after it was decided."""
    review = _review(request, review_id)
    try:
        services.comment(
            review_id=review.id, person=request.user, words=request.POST.get("comment", ""), now=timezone.now()
        )
    except services.ReviewError as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(f"{reverse('review', args=[review.id])}#history")


@require_POST
@access(*DECIDERS)
def undo(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """Take one's own signature back: within the desk's seconds, or as long as a second one is missing."""
    review = _review(request, review_id)
    try:
        again = services.undo(review_id=review.id, signer=request.user, now=timezone.now())
    except services.ReviewError as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(reverse("review", args=[review.id]))
    messages.success(request, "Taken back. Nothing was done, and it is open again.")
    return HttpResponseRedirect(reverse("review", args=[again.id]))


def _review(request: PersonRequest, review_id: UUID) -> Review:
    queries.remember_desks(request.user)
    found = queries.looked_at(request.user, review_id)
    if found is None:
        raise Http404
    return found


def _unseen(request: PersonRequest, review: Review) -> Recap | None:
    """What is to be signed with edits, where the page has no script that showed it while it was typed."""
    form = request.POST
    if "recap" not in form or form.get("decision") not in ("approve", "edit_approve"):
        return None
    recap = recap_of_posted(request, review)
    return recap if recap and form.get("confirmed") != recap.digest else None


def _keep(request: PersonRequest, review: Review) -> None:
    if not request.user.holds(*DECIDERS):
        raise PermissionDenied
    typed = draft_in(request.POST)
    before = Draft.objects.filter(review=review, person=request.user).values_list("body", flat=True).first() or {}
    # Each form of the page saves what is its own; what another one saved stays.
    kept = {name: value for name, value in before.items() if name not in request.POST} | typed
    if kept != before:
        services.save_draft(
            review_id=review.id,
            person=request.user,
            digest=request.POST.get("digest", "")[:64],
            body=kept,
            now=timezone.now(),
        )
