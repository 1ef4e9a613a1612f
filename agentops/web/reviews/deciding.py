"""A posted form becomes one call of one service."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from agentops.core.models import User
from agentops.web.request import PersonRequest
from agentops.web.reviews.by_hand import PREFIX as HAND
from agentops.web.reviews.by_hand import filled_in
from agentops.web.reviews.correcting import PREFIX as COMMENT
from agentops.web.reviews.correcting import NotSuchAValue, correctable, corrections_in
from agentops.web.reviews.editing import PREFIX
from agentops.web.reviews.picking import below, places_in
from agentops.web.reviews.posted_edits import PANEL, edits_of
from reviews import services
from reviews.lifecycle import Verdict
from reviews.models import Decision, Desk, Review
from reviews.step_up import StepUp

MOST_WORDS = 4000
IN_ROW = "approve"  # a button of the queue, whose rows share one form: round and digest of what its row showed
NOTE = "note."  # what is said about one value when sending back
KEPT = ("words", "code", "answer", "receipt", "to", "decision", "step")


class NotUnderstood(ValueError):
    """The form asks for nothing that a review can do, or names somebody who is not there."""


def decide_as_posted(request: PersonRequest, review: Review) -> Decision:
    """Do what the form's button says; raises what the service raises, and `NotUnderstood`."""
    decision = "approve" if request.POST.get(IN_ROW) else request.POST.get("decision", "")
    # Enter in an argument's field presses the first button: edits are never lost to a plain approval.
    if decision == "approve" and edits_of(request, review):
        decision = "edit_approve"
    service = SERVICES.get(decision)
    if service is None:
        raise NotUnderstood("Choose what should happen with this.")
    return service(request, review, _common(request, review))


def draft_in(form: Mapping[str, Any]) -> dict[str, str]:
    """What is worth keeping of a form: words, choices, edits and comments, never a password."""
    return {
        name: str(form[name])[:MOST_WORDS]
        for name in form
        if (name in KEPT or name.startswith((PREFIX, COMMENT, HAND, PANEL, NOTE))) and str(form[name]).strip()
    }


def _common(request: PersonRequest, review: Review) -> dict[str, Any]:
    form, now = request.POST, timezone.now()
    seen, key = form.get("digest", ""), form.get("request_key", "")
    if row := form.get(IN_ROW, ""):
        turn, _, seen = row.partition(".")
        key = f"q-{review.id}-{turn}"
    return {
        "review_id": review.id,
        "signer": request.user,
        "seen": seen[:64],
        "now": now,
        "watched": _watched(form, now),
        "request_key": key[:80] or None,
    }


def _watched(form: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What the person had before them: the digest of the screen, for how long, and what they opened."""
    watched: dict[str, Any] = {"screen": str(form.get("screen", ""))[:64]}
    shown = _moment(str(form.get("shown_at", "")))
    if shown and shown <= now:
        watched["seconds"] = min(int((now - shown).total_seconds()), 86_400)
    opened = str(form.get("opened", ""))[:400]
    if opened:
        watched["opened"] = [name for name in opened.split(",") if name][:40]
    if places := places_in(form):
        watched["picked"] = places
    return watched


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _approve(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    return services.approve(**common, words=_words(request), step_up=_step_up(request, common))


def _edit(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    return services.edit_and_approve(**common, edits=edits_of(request, review), words=_words(request))


def _reject(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    return services.reject(**common, code=request.POST.get("code", "")[:60], words=_words(request))


def _send_back(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    form = request.POST
    posted = {name: form[name][:MOST_WORDS] for name in form if name.startswith(COMMENT)}
    try:
        fields = corrections_in(posted, correctable(review)) if posted else {}
    except NotSuchAValue as error:
        raise NotUnderstood(str(error)) from None
    words = "\n".join([one for one in (_words(request), *_notes(form, correctable(review))) if one])[:MOST_WORDS]
    code = form.get("code", "")[:60] or "other"
    places = {name: place for name, place in below(places_in(form), COMMENT).items() if name in fields}
    return services.send_back(**common, code=code, words=words, fields=fields, places=places)


def _notes(form: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was said beside single values: `Net: it is the price of last year`, all in one message."""
    said = [(row, " ".join(form.get(f"{NOTE}{row['name']}", "").split())[:500]) for row in rows]
    return [f"{row.get('label') or row['name']}: {text}" for row, text in said if text]


def _hand_over(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    kind, _, name = request.POST.get("to", "").partition(":")
    try:
        key = UUID(name)
    except ValueError:
        raise NotUnderstood("Say to whom: a person or a desk.") from None
    person = User.objects.filter(id=key).first() if kind == "person" else None
    desk = Desk.objects.filter(id=key).first() if kind == "desk" else None
    if person is None and desk is None:
        raise NotUnderstood("That person or desk is not there any more.")
    return services.hand_over(**common, to_person=person, to_desk=desk, words=_words(request))


def _answer(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    chosen, words = request.POST.get("answer", "")[:MOST_WORDS], _words(request)
    answer = {"answer": words if chosen == "other" else chosen, "words": words}
    return services.answer(**common, answer={key: value for key, value in answer.items() if value})


def _retry(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    return services.retry_stuck(**common, words=_words(request))


def _by_hand(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    step = request.POST.get("step", "")[:60]
    filled = filled_in(review, step, {name: str(request.POST[name])[:MOST_WORDS] for name in request.POST})
    places = below(places_in(request.POST), HAND)
    return services.do_by_hand(**common, step=step, filled=filled, places=places, words=_words(request))


def _settle(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    happened = request.POST.get("happened")
    if happened not in ("yes", "no"):
        raise NotUnderstood("Say whether it happened.")
    receipt = request.POST.get("receipt", "").strip()[:200]
    return services.settle_unknown(**common, happened=happened == "yes", receipt=receipt, words=_words(request))


def _judge(request: PersonRequest, review: Review, common: dict[str, Any]) -> Decision:
    try:
        verdict = Verdict(request.POST.get("verdict", ""))
    except ValueError:
        raise NotUnderstood("Choose an answer.") from None
    edits = {str(ordinal): args for ordinal, args in edits_of(request, review).items()}
    return services.judge_sample(**common, verdict=verdict, edits=edits, words=_words(request))


SERVICES: Mapping[str, Callable[[PersonRequest, Review, dict[str, Any]], Decision]] = {
    "approve": _approve,
    "edit_approve": _edit,
    "reject": _reject,
    "send_back": _send_back,
    "hand_over": _hand_over,
    "answer": _answer,
    "retry": _retry,
    "by_hand": _by_hand,
    "settle": _settle,
    "judge": _judge,
}


def _words(request: PersonRequest) -> str:
    return request.POST.get("words", "").strip()[:MOST_WORDS]


def _step_up(request: PersonRequest, common: dict[str, Any]) -> StepUp | None:
    """Proof for exactly this digest, if the password is right; wrong ones count as failed sign-ins do."""
    password = request.POST.get("password", "")
    if not password:
        return None
    proved = authenticate(request, username=request.user.email, password=password)
    if proved is None or proved.pk != request.user.pk:
        raise services.StepUpNeeded("That was not your password. Nothing was signed.")
    return StepUp(request.user.pk, common["seen"], common["now"])
