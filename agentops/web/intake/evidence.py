"""The mail that a run or a refused file came with, as evidence: quoted, never rendered, nothing fetched."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agentops.core import blobs
from agentops.core.models import User
from agentops.intake.mail.words import Words, words_of
from agentops.intake.models import Arrival, Disposition, Mail
from agentops.intake.queries import end_of
from agentops.intake.sight import mails_visible_to, visible_to
from agentops.web.access import signed_in, url_if_open
from agentops.web.formatting import words
from agentops.web.intake.reading import BECAME
from agentops.web.request import PersonRequest
from reviews.queries.sight import runs_visible_to
from runs.models import IntakeProblem, ProblemStatus, Run

TONES = {
    Disposition.RUN: ("ok", "ok"),
    Disposition.KNOWN: ("warn", "copy"),
    Disposition.IGNORED: ("none", "minus"),
    Disposition.REFUSED: ("bad", "stop"),
}


@dataclass(frozen=True)
class Attached:
    """One file that was in the mail, and what became of it; addresses are empty where this person may not look."""

    name: str
    size: int
    tone: str
    icon: str
    said: str
    run: int | None = None
    run_url: str = ""
    problem_url: str = ""


@require_safe
@signed_in
def mail(request: PersonRequest, mail_id: UUID) -> HttpResponse:
    """One mail; 404 for whoever sees neither a run nor a refused file that came with it, and does not belong to its
    desk."""
    found = mails_visible_to(request.user).filter(pk=mail_id).first()
    if found is None:
        raise Http404
    written, missing = _words(found)
    context = {
        "mail": found,
        "words": written,
        "missing": missing,
        "attached": attached(found, request.user),
        "original": url_if_open(request.user, "ways:original", found.pk),
        "triage": url_if_open(request.user, "ways:mail", found.pk) if found.status == "triage" else "",
    }
    return render(request, "intake/mail.html", context)


def attached(mail: Mail, user: User) -> list[Attached]:
    """Every file of the mail, in its order."""
    arrivals = list(mail.arrivals.select_related("run", "problem").order_by("ordinal", "at"))
    ends = {one.pk: end_of(one.problem) for one in arrivals if one.problem}
    runs = {run.pk for run in _runs(arrivals, ends)}
    seen_runs = set(runs_visible_to(user).filter(pk__in=runs).values_list("pk", flat=True))
    receipts = [end.pk for end in ends.values()]
    seen_receipts = set(visible_to(user).filter(pk__in=receipts).values_list("pk", flat=True))
    return [_attached(one, ends.get(one.pk), seen_runs, seen_receipts) for one in arrivals]


def _words(mail: Mail) -> tuple[Words, bool]:
    """What was written, and whether the original is gone."""
    try:
        return words_of(blobs.read(mail.document)), False
    except (blobs.BlobMissing, blobs.BlobDamaged, OSError):
        return Words(), True


def _runs(arrivals: list[Arrival], ends: dict[UUID, IntakeProblem]) -> list[Run]:
    return [run for run in (*(one.run for one in arrivals), *(end.run for end in ends.values())) if run]


def _attached(one: Arrival, end: IntakeProblem | None, runs: set[UUID], receipts: set[UUID]) -> Attached:
    tone, icon = TONES[Disposition(one.disposition)]
    run, said = end.run if end else one.run, one.sentence
    if end is not None:
        became = BECAME.get(ProblemStatus(end.status), "Refused")
        said = f"{became}: {words(end.code)}." if end.is_open else f"{became}."
        tone, icon = (tone, icon) if end.is_open else ("none", "ok")
    return Attached(
        name=one.name,
        size=one.size,
        tone=tone,
        icon=icon,
        said=said or ("Started." if run else ""),
        run=run.number if run else None,
        run_url=reverse("runs:detail", args=[run.number]) if run and run.pk in runs else "",
        problem_url=reverse("intake:problem", args=[end.pk]) if end and end.pk in receipts else "",
    )
