"""The page of one review, in whatever state: everything its templates take."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agentops.core.blobs import BlobDamaged, BlobMissing
from agentops.core.ids import uuid7
from agentops.core.permissions import Role
from agentops.web.documents.cached import words
from agentops.web.documents.finding import hits_in
from agentops.web.queue.putting_off import choices
from agentops.web.queue.rows import sleeps
from agentops.web.request import PersonRequest
from agentops.web.reviews.by_hand import HandStep, steps_of
from agentops.web.reviews.card import Card, card_of
from agentops.web.reviews.just_now import just_decided
from agentops.web.reviews.paper import light
from agentops.web.reviews.parts import PARTS
from agentops.web.reviews.previewing import Recap
from agentops.web.reviews.states import rows_of
from reviews import services
from reviews.lifecycle import ReviewKind
from reviews.models import Review
from runs.agents import NotAdmitted, UnknownAgent, agents

DECIDERS = (Role.REVIEWER, Role.CONTROLLER)
DIALOGS = ("reject", "send_back", "hand_over", "retry", "settle")


def page_of(
    request: PersonRequest,
    review: Review,
    *,
    status: int = 200,
    refusal: Exception | None = None,
    step_up: str = "",
    recap: Recap | None = None,
) -> HttpResponse:
    """What somebody typed stays: from the form that was refused, else from their draft."""
    now = timezone.now()
    card = card_of(review, request.user, now)
    typed: Any = request.POST if request.method == "POST" else (card.draft["body"] if card.draft else {})
    errors = getattr(refusal, "errors", {})
    hand_steps, hand = _by_hand(request, card, typed, errors)
    context = {
        "card": card,
        "hand_steps": hand_steps,
        "hand": hand,
        "refusal": refusal,
        "changed": getattr(refusal, "changes", ()),
        "is_stale": isinstance(refusal, services.ProposalChanged),
        "errors": {} if hand and hand.is_refused else errors,
        "step_up": step_up,
        "recap": recap,
        "typed": typed,
        **_values(card, typed),
        **_found(request, card),
        "request_key": uuid7(),
        "shown_at": now.isoformat(),
        "open_form": request.GET.get("do", "") if request.method == "GET" else _form_of(request),
        "just_decided": just_decided(request, now),
        "may_comment": request.user.holds(*DECIDERS),
        "snooze_choices": choices(now),
        "sleeps": sleeps(review, now),
        "is_mine": card.holder is not None and card.holder.pk == request.user.pk,
        **_opened(request, card),
    }
    return render(request, "reviews/review.html", context, status=status)


def _opened(request: PersonRequest, card: Card) -> dict[str, Any]:
    """The parts that are fetched when somebody opens them: in the page already where its address asks for them."""
    asked = {request.GET.get("show", "")} if request.method == "GET" else set()
    asked |= {"hand_over"} & {request.GET.get("do", ""), _form_of(request)}
    asked |= {"tried"} if card.review.kind == ReviewKind.STUCK and card.retry_first else set()
    return {"opened": {name: part(card.review, request.user) for name, part in PARTS.items() if name in asked}}


def _values(card: Card, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the page with what was typed over them: arguments, corrections, and comments by value."""
    crops = card.paper.crops if card.paper else {}
    plain = [argument for argument in card.arguments if not argument.is_prose]
    return {
        "arguments": [(argument, typed.get(argument.input_name, argument.shown)) for argument in card.arguments],
        "rows": rows_of(plain, card.fields, crops, typed, blind=card.is_blind),
        "corrections": [
            ({**row, "crop": crops.get(row["name"])}, typed.get(row["input_name"], row["shown"]))
            for row in card.correctable
        ],
        "comments": [
            (row, typed.get(row["input_name"], ""), typed.get(f"note.{row['name']}", "")) for row in card.correctable
        ],
    }


def _by_hand(
    request: PersonRequest, card: Card, typed: Any, errors: Mapping[str, str]
) -> tuple[list[HandStep], HandStep | None]:
    """The steps of a stuck run that this person may do, and the form of one."""
    if not card.may_take_over:
        return [], None
    return steps_of(card.review, typed, errors, request.GET.get("step", "") or str(typed.get("step", "")))


def _found(request: PersonRequest, card: Card) -> dict[str, Any]:
    """What was searched for in the document, and where it stands; for pages without a script."""
    asked = request.GET.get("find", "").strip()[:100]
    if not asked or card.paper is None:
        return {"asked": ""}
    try:
        hits = hits_in(words(agents.get(card.review.agent), card.paper.sha256), asked)
    except (NotAdmitted, UnknownAgent, BlobMissing, BlobDamaged):
        hits = []
    light(card.paper, hits)
    return {"asked": asked, "places": max((hit.number for hit in hits), default=0)}


def _form_of(request: PersonRequest) -> str:
    """Which dialog was refused, to show it open again."""
    decision = request.POST.get("decision", "")
    return decision if decision in DIALOGS else ""
