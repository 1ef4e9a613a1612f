"""What a piece of news is about: its review, run, comment or refused file, read for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from agentops.notifications.kinds import Event
from agentops.notifications.models import News
from reviews.models import Comment, Review
from runs.models import IntakeProblem, Run

Row = TypeVar("Row", Comment, Run, IntakeProblem)
SWITCHES = (Event.SWITCH_THROWN, Event.SWITCH_RELEASED)
OF_REVIEWS = (
    Event.REVIEW_OPENED,
    Event.REVIEW_ASSIGNED,
    Event.REVIEW_MOVED,
    Event.REVIEW_SIGNED,
    Event.REVIEW_LATE,
)


@dataclass(frozen=True, slots=True)
class About:
    """What exists of it, and may be seen; the rest is None."""

    news: News
    review: Review | None = None
    run: Run | None = None
    comment: Comment | None = None
    problem: IntakeProblem | None = None

    @property
    def path(self) -> str:
        """The address of its page, below the house's own; empty where there is nothing to look at."""
        if self.review is not None:
            return f"/reviews/{self.review.pk}/"
        if self.run is not None:
            return f"/runs/{self.run.number}/"
        if self.problem is not None:
            return f"/intake/{self.problem.pk}/"
        return "/permissions/" if self.news.event in SWITCHES else ""

    @property
    def is_over(self) -> bool:
        """Whether nobody has to do anything about it any more."""
        if self.review is not None:
            return not self.review.is_open
        if self.problem is not None:
            return self.problem.status != "open"
        return False


def load(news: Sequence[News], reviews: QuerySet[Review] | None = None) -> dict[UUID, About]:
    """By id of the news; `reviews` are those that may be seen (all, unless told). One query for each sort of thing."""
    comments = _found(Comment.objects.select_related("person"), (one for one in news if one.event == Event.COMMENT))
    wanted = {one.subject for one in news if one.subject and one.event in OF_REVIEWS}
    wanted |= {comment.review_id for comment in comments.values()}
    seen = (Review.objects.all() if reviews is None else reviews).select_related("desk", "run")
    shown = {one.pk: one for one in seen.filter(pk__in=wanted)} if wanted else {}
    runs = _found(Run.objects.all(), (one for one in news if one.event == Event.RUN_ENDED))
    problems = _found(IntakeProblem.objects.all(), (one for one in news if one.event == Event.INTAKE_REFUSED))
    found = {}
    for one in news:
        comment = comments.get(one.subject)
        review = shown.get(comment.review_id if comment else one.subject or one.pk)
        run = review.run if review else runs.get(one.subject)
        found[one.pk] = About(one, review, run, comment if review else None, problems.get(one.subject))
    return found


def _found(rows: QuerySet[Row], news: Iterable[News]) -> dict[UUID | None, Row]:
    ids = {one.subject for one in news if one.subject}
    return {row.pk: row for row in rows.filter(pk__in=ids)} if ids else {}
