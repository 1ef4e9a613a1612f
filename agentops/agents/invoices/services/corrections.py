"""Keep what people put right, once it took effect; and how the lessons went that a document was read with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agentops.core.audit import trail
from agentops.core.audit.trail import Actor
from agentops.core.models import User
from runs.agents import Results
from runs.models import Await, Proposal, Step

from ..extraction import PERSON
from ..models import Correction, Lesson, LessonUse, Vendor
from ..models.lessons import LEARNABLE, Outcome
from ..reading.figures import plain
from ..reading.model import AMOUNTS
from .lessons import record_lesson

# Which value of the document an argument of an action is; what is not here is not read from it.
READ_FROM = {
    "number": "invoice_number", "invoice_number": "invoice_number", "order": "order_reference", "amount": "payable",
    **{name: name for name in ("issue_date", "due_date", *AMOUNTS)},
}  # fmt: skip
POSTING = "posting"


@dataclass(frozen=True)
class Said:
    """One value as it was read, as a person put it right, and who."""

    field: str
    read: str
    corrected: str
    by: UUID


@transaction.atomic
def keep_corrections(*, run_id: UUID, results: Results) -> list[Correction]:
    """Called when a run completed: what people corrected on its way took effect with their signature.

    In the run's own transaction: it costs one look where nobody edited anything.
    """
    read, vendor_key = results.get("extract") or {}, (results.get("vendor") or {}).get("key")
    proposals = list(Proposal.objects.filter(run_id=run_id, label=POSTING).order_by("number"))
    if not read or not vendor_key or not proposals:
        return []
    seen: Mapping[str, Any] = read.get("seen") or {}
    said = {one.field: one for one in (*_sent_back(run_id, seen), *_edited(proposals, read))}
    if not said and not read.get("lessons"):
        return []
    # Whom it was posted to: a person may have named another vendor than was found.
    vendor = Vendor.objects.get(key=proposals[-1].actions.get(ordinal=0).args.get("vendor") or vendor_key)
    _note_uses(run_id, read, said, signed=proposals[-1].verdict == "review")
    return _kept(vendor, run_id, proposals[-1].pk, str((read.get("document") or {}).get("sha256")), said.values())


def _sent_back(run_id: UUID, seen: Mapping[str, Any]) -> list[Said]:
    """What was corrected when the run was sent back, or put right when it was stuck."""
    corrected = {name: seen[name]["value"] for name in LEARNABLE if (seen.get(name) or {}).get("method") == PERSON}
    if not corrected:
        return []
    people = _who_said(run_id)
    first = Step.objects.filter(run_id=run_id, name="extract").order_by("revision", "seq").first()
    before: Mapping[str, Any] = ((first.output if first else None) or {}).get("seen") or {}
    return [
        Said(name, str((before.get(name) or {}).get("value") or ""), str(value), people[name])
        for name, value in corrected.items()
        if value and name in people
    ]


def _who_said(run_id: UUID) -> dict[str, UUID]:
    """Who corrected each field, the last word of all that were sent back with."""
    rows = Await.objects.filter(run_id=run_id, kind="review", request__has_key="instruction").order_by("revision")
    told = [row.request["instruction"] for row in rows]
    return {name: UUID(one["by"]) for one in told if one.get("by") for name in one.get("fields") or {}}


def _edited(proposals: Sequence[Proposal], read: Mapping[str, Any]) -> list[Said]:
    """What was edited in the proposals that led to the one that was performed, as that one has it."""
    editors = {
        (int(ordinal), name): proposal.authors[-1]
        for proposal in proposals
        if proposal.revision == proposals[-1].revision and proposal.authors
        for ordinal, names in (proposal.body.get("edited") or {}).items()
        for name in names
    }
    if not editors:
        return []
    args = {action.ordinal: action.args for action in proposals[-1].actions.all()}
    stated = {**(read.get("invoice") or {}), **_amounts(read)}
    found = []
    for (ordinal, name), editor in editors.items():
        field, value = READ_FROM.get(name), args.get(ordinal, {}).get(name)
        if field in LEARNABLE and value is not None and not _same(field, stated.get(field), value):
            found.append(Said(field, _text(field, stated.get(field)), _text(field, value), editor))
    return found


def _amounts(read: Mapping[str, Any]) -> dict[str, Any]:
    """The totals as they were proposed: completed from one another where the document leaves one out."""
    used = read.get("amounts") or {}
    names = {"net_total": "net", "tax_total": "tax", "gross_total": "gross", "payable": "due"}
    return {field: used.get(name) for field, name in names.items()}


def _same(field: str, one: Any, other: Any) -> bool:
    return _text(field, one) == _text(field, other)


def _text(field: str, value: Any) -> str:
    if value is None:
        return ""
    try:
        return plain(Decimal(str(value))) if field in AMOUNTS else str(value)
    except InvalidOperation:
        return str(value)


def _note_uses(run_id: UUID, read: Mapping[str, Any], said: Mapping[str, Said], *, signed: bool) -> None:
    """What became of the values that lessons led to; one that a person put right ends its lesson."""
    used: Mapping[str, str] = read.get("lessons") or {}
    ended: list[Lesson] = []
    for field, lesson_id in {**_earlier_uses(run_id, said), **used}.items():
        lesson = Lesson.objects.select_for_update(of=("self",)).filter(pk=lesson_id).first()
        if lesson is None:
            continue
        outcome = Outcome.CORRECTED if field in said else Outcome.CONFIRMED if signed else Outcome.USED
        LessonUse.objects.create(lesson=lesson, run_id=run_id, outcome=outcome, at=timezone.now())
        if outcome == Outcome.CORRECTED and lesson.is_in_force:
            lesson.ended_by, lesson.ended_at = User.objects.get(pk=said[field].by), timezone.now()
            lesson.ended_why = "The value it led to was put right."
            lesson.save(update_fields=["ended_by", "ended_at", "ended_why"])
            ended.append(lesson)
    for lesson in ended:  # the trail's head is locked after all rows, as everywhere
        record_lesson("vendor.lesson_ended", lesson, lesson.ended_by, lesson.ended_at or timezone.now())


def _earlier_uses(run_id: UUID, said: Mapping[str, Said]) -> dict[str, str]:
    """The lessons behind values that were corrected: the reading with the correction does not name them any more."""
    if not said:
        return {}
    outputs = Step.objects.filter(run_id=run_id, name="extract").order_by("revision").values_list("output", flat=True)
    used = {name: lesson for output in outputs for name, lesson in ((output or {}).get("lessons") or {}).items()}
    return {name: lesson for name, lesson in used.items() if name in said}


def _kept(vendor: Vendor, run_id: UUID, proposal_id: UUID, document: str, said: Any) -> list[Correction]:
    people = User.objects.in_bulk([one.by for one in said])
    now, kept = timezone.now(), []
    for one in said:
        person = people.get(one.by)
        if person is None or not person.is_person or one.read == one.corrected:
            continue
        kept.append(
            Correction.objects.create(
                vendor=vendor, run_id=run_id, proposal_id=proposal_id, document=document, field=one.field,
                read=one.read[:200], corrected=one.corrected[:200], by=person, at=now,
            )
        )  # fmt: skip
        event = trail.Event(
            action="vendor.correction_kept",
            actor=Actor.of(person),
            object=("correction", str(kept[-1].pk), None),
            run=run_id,
            data={"field": one.field},
            facets=(f"counterparty=vendor:{vendor.key}", f"document={document}"),
        )
        trail.append(f"vendor:{vendor.pk}", event)
    return kept
