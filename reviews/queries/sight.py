"""What one user may see and ask for beyond the queue: runs, documents, reviews. Pages and API ask the same here."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.lifecycle import ReviewKind
from reviews.models import Review
from reviews.queries.desks import desks_of, given_to
from runs.lifecycle import ENDED
from runs.models import IntakeProblem, Run, RunInput

SEES_ALL_RUNS = (Role.OPERATOR, Role.AUDITOR)
STARTERS = (Role.OPERATOR, Role.REVIEWER, Role.CONTROLLER, Role.VENDOR_MANAGER)
READERS_OF_REVIEWS = (Role.REVIEWER, Role.CONTROLLER, Role.AUDITOR)


def may_start(user: User) -> bool:
    """Whether this user may ask for runs now: people by their role, service users because that is what they do."""
    return user.is_active and (not user.is_person or user.holds(*STARTERS))


def runs_visible_to(user: User) -> QuerySet[Run]:
    """All for those whose work it is, else their own and those with a review at a desk of theirs."""
    if user.holds(*SEES_ALL_RUNS):
        return Run.objects.all()
    # Asked of each run as the list walks along: all runs at somebody's desks are too many to collect first.
    return Run.objects.filter(Q(requester=user) | Exists(_at_my_desks(user).filter(run=OuterRef("pk"))))


def may_cancel(user: User, run: Run) -> bool:
    """Operators cancel any run, others the runs they asked for; an ended run cannot be cancelled."""
    mine = user.holds(Role.OPERATOR) or run.requester_id == user.pk
    return mine and run.status not in ENDED


def is_kept_blind(user: User, run: Run) -> bool:
    """Whether a blind check of this run is open: who might answer it must not read the verdict elsewhere first."""
    if not user.is_person or user.holds(*SEES_ALL_RUNS):
        return False
    return Review.objects.filter(run=run, kind=ReviewKind.SAMPLE, closed_at=None).exists()


def reviews_visible_to(user: User) -> QuerySet[Review]:
    """Reviews to be read outside their page: of their desks, for a service user those of its own runs.

    Blind samples are on their page alone.
    """
    reviews = Review.objects.exclude(kind=ReviewKind.SAMPLE)
    if not user.is_person:
        return reviews.filter(run__requester=user)
    return reviews.filter(in_sight_of(user)) if user.holds(*READERS_OF_REVIEWS) else reviews.none()


def document_name(user: User, sha256: str) -> str | None:
    """What a stored file is called where this user may see it: it came with a run they see, or was refused to
    them; None where they may not."""
    given = RunInput.objects.filter(document=sha256, run__in=runs_visible_to(user)).order_by("-run_id").first()
    if given is not None:
        return str(given.input.get("name") or given.subject or "file")
    refused = IntakeProblem.objects.filter(document=sha256)
    if not user.holds(*SEES_ALL_RUNS):
        refused = refused.filter(requester=user)
    return refused.order_by("-at").values_list("name", flat=True).first()


def _at_my_desks(user: User) -> QuerySet[Review]:
    return Review.objects.filter(in_sight_of(user))


def in_sight_of(user: User) -> Q:
    """`may_see` of a person, as a condition on reviews."""
    return Q(desk__in=desks_of(user)) | given_to(user)
