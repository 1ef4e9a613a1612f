"""Reads of this room that others ask for."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from agentops.intake.lifecycle import MailStatus
from agentops.intake.models import Arrival, Disposition, Mail, Mailbox, Watch
from runs.models import IntakeProblem, Run


def failing() -> int:
    """How many open mailboxes and watched folders could not be looked at the last three times or more."""
    return sum(model._default_manager.filter(active=True, failures__gte=3).count() for model in (Mailbox, Watch))


def told_of_mail(run: Run) -> dict[str, Any] | None:
    """What a run's input says of the mail it came with (`evidence` in mail/arriving.py); None if it came otherwise."""
    told = run.given.input.get("mail") if isinstance(run.given.input, dict) else None
    return told if isinstance(told, dict) and told.get("document") else None


def mail_of(run: Run) -> Mail | None:
    """The mail this run came with: the one whose attachment started it, or whose refused attachment was tried again,
    keyed in or replaced."""
    told = told_of_mail(run)
    if told is None:
        return None
    began = Q(disposition=Disposition.RUN, run=run) | Q(problem__run=run)
    arrival = Arrival.objects.filter(began, mail__isnull=False).select_related("mail").first()
    if arrival is not None:
        return arrival.mail
    return Mail.objects.filter(document=told["document"]).exclude(status=MailStatus.TWIN).order_by("at").first()


def mail_of_problem(problem: IntakeProblem) -> Mail | None:
    """The mail a refused file came with; of one that was replaced, the mail of the first."""
    seen = problem
    while (before := IntakeProblem.objects.filter(replaced_by=seen).first()) is not None:
        seen = before
    arrivals = Arrival.objects.filter(problem=seen, mail__isnull=False).select_related("mail__mailbox")
    arrival = arrivals.order_by("at").first()  # a file refused once before shares its receipt
    return arrival.mail if arrival else None


def end_of(problem: IntakeProblem) -> IntakeProblem:
    """The receipt that stands for this problem today: its own, or that of the file that came in its place."""
    while problem.replaced_by is not None:
        problem = problem.replaced_by
    return problem
