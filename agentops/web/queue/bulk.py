"""Several at once: a page to look at before, one decision per item, and what became of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.formatting import money
from agentops.web.queue.putting_off import back_to_queue, chosen_ids
from agentops.web.queue.rows import headlines
from agentops.web.queue.weight import asked_by, heavy_code, is_clean
from agentops.web.request import PersonRequest
from reviews import queries, services
from reviews.models import Review
from reviews.queries.usual import Usual, usual_amounts
from reviews.queries.waiting import with_checks
from runs.agents import Headline

DECIDERS = (Role.REVIEWER, Role.CONTROLLER)


@dataclass(frozen=True)
class Item:
    """One review before it is approved together with others."""

    review: Review
    named: Headline
    usual: Usual | None

    @property
    def stands_out(self) -> bool:
        amount = self.review.amount
        return amount is not None and (self.usual is None or self.usual.stands_out(amount))

    @property
    def told(self) -> str:
        if self.review.amount is None:
            return "no amount"
        if self.usual is None:
            return "too little is known of this one, tick to include"
        if not self.stands_out:
            return "in range"
        times = (abs(self.review.amount) / max(abs(self.usual.high), Decimal("0.01"))).quantize(Decimal("0.1"))
        return f"{times} times the usual, tick to include"


@dataclass(frozen=True)
class LeftOut:
    """One that is opened by itself, and why."""

    review: Review
    named: Headline
    why: str


@dataclass(frozen=True)
class Result:
    """What became of one."""

    review: Review
    named: Headline
    tone: str
    said: str
    undo_seconds: int = 0


@require_POST
@access(*DECIDERS)
def preflight(request: PersonRequest) -> HttpResponse:
    """What would be approved together, with totals and what stands out; nothing is decided yet."""
    reviews = _chosen(request)
    if not reviews:
        return HttpResponseRedirect(back_to_queue(request))
    named = headlines(reviews)
    fit, left = _sorted_out(reviews, request, named)
    usual = usual_amounts(review.counterparty for review in fit)
    items = [Item(review, _called(named, review), usual.get((review.counterparty, review.currency))) for review in fit]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for item in items:
        sums[item.review.currency] += item.review.amount or Decimal(0)
    items.sort(key=lambda item: -(item.review.converted or item.review.amount or Decimal(0)))
    page = {
        "items": items,
        "left": left,
        "chosen": len(reviews),
        "sums": [money(amount, currency) for currency, amount in sorted(sums.items()) if currency],
        "parties": len({item.review.counterparty for item in items}),
        "least_sure": min(
            (item.review.confidence for item in items if item.review.confidence is not None), default=None
        ),
        "query": request.POST.get("query", "")[:1000],
    }
    return render(request, "queue/preflight.html", page)


@require_POST
@access(*DECIDERS)
def approve(request: PersonRequest) -> HttpResponse:
    """One decision for each that was ticked, on exactly what was shown; one refusal stops none of the others."""
    reviews, now = _chosen(request), timezone.now()
    named = headlines(reviews)
    fit, left = _sorted_out(reviews, request, named)
    results = [_approved(review, request, _called(named, review), now) for review in fit]
    results += [Result(one.review, one.named, "warn", f"not approved: {one.why}") for one in left]
    done = sum(result.tone == "ok" for result in results)
    page: dict[str, Any] = {"results": results, "done": done, "not_done": len(results) - done}
    page["back"] = back_to_queue(request)
    page["query"] = request.POST.get("query", "")[:1000]
    page["undo_seconds"] = min((result.undo_seconds for result in results if result.undo_seconds), default=0)
    return render(request, "queue/bulk_result.html", page)


@require_POST
@access(*DECIDERS)
def undo(request: PersonRequest) -> HttpResponse:
    """Take back what was just approved together, as far as nothing fired yet."""
    done = 0
    for review in Review.objects.filter(id__in=chosen_ids(request), desk__in=queries.desks_of(request.user)):
        try:
            services.undo(review_id=review.id, signer=request.user, now=timezone.now())
            done += 1
        except services.ReviewError as refusal:
            messages.warning(request, f"Review {review.number}: {refusal}")
    if done:
        messages.success(request, f"{done} taken back. Nothing was done with {'them' if done > 1 else 'it'}.")
    return HttpResponseRedirect(back_to_queue(request))


def _approved(review: Review, request: PersonRequest, named: Headline, now: datetime) -> Result:
    try:
        services.approve(
            review_id=review.id,
            signer=request.user,
            seen=request.POST.get(f"digest-{review.id}", "")[:64],
            now=now,
            watched={"screen": "bulk"},
            request_key=f"b-{review.id}-{review.round}",
        )
    except services.ReviewError as refusal:
        return Result(review, named, "warn", f"not approved: {refusal}")
    left = review.desk.undo_seconds
    return Result(review, named, "ok", f"approved{f', happens in {left} s' if left else ''}", left)


def _chosen(request: PersonRequest) -> list[Review]:
    desks = queries.desks_of(request.user)
    rows = Review.objects.filter(id__in=chosen_ids(request), desk__in=desks)
    return list(with_checks(rows.select_related("desk", "proposal", "run__given")).order_by("sort_at", "id"))


def _sorted_out(
    reviews: Iterable[Review], request: PersonRequest, named: dict[UUID, Headline]
) -> tuple[list[Review], list[LeftOut]]:
    """Those of one kind that one look can weigh, and the others with the reason."""
    there = list(reviews)
    kinds = Counter(_kind(review) for review in there if not _why_not(review, request))
    common = kinds.most_common(1)[0][0] if kinds else None
    fit, left = [], []
    for review in there:
        why = _why_not(review, request) or ("" if _kind(review) == common else "it does something else than the others")
        if why:
            left.append(LeftOut(review, _called(named, review), why))
        else:
            fit.append(review)
    return fit, left


def _kind(review: Review) -> tuple[str, str]:
    return review.agent, review.proposal.label if review.proposal else ""


def _why_not(review: Review, request: PersonRequest) -> str:
    """Why this is opened by itself; empty where it may be approved with others."""
    if not review.is_open:
        return "it is closed already"
    if request.user.pk in asked_by(review):
        return "you asked for this run"
    if review.proposal and review.proposal.blocked:
        return "a check blocks"
    if heavy := heavy_code(review):
        return heavy.replace("_", " ")
    return "" if is_clean(review, request.user) else "it needs a look of its own"


def _called(named: dict[UUID, Headline], review: Review) -> Headline:
    return named.get(review.run_id, Headline(party=review.title[:60]))
