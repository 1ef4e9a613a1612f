"""Learn from corrections where a vendor's documents have their values; end a lesson, or bring an ended one back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.forms.models import model_to_dict

from agentops.core import blobs
from agentops.core.audit import trail
from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.permissions import Role
from runs.models import Step

from ..extraction import PERSON
from ..lessons import Anchor, Noted, agreement, is_same_layout, of_reading
from ..models import Correction, Layout, Lesson, Vendor
from ..models.lessons import IS_IN_FORCE, CorrectionStatus
from ..queries import ANCHOR
from ..reading import read_file
from .accounts import lock_vendor

TEACHERS = (Role.VENDOR_MANAGER, Role.CONTROLLER)
AT_ONCE = 20
WAITS = frozenset({"unavailable"})  # the reader's trouble: tried again
REPLACED = "Another version followed."


class LessonError(Exception):
    """This cannot be done with this lesson, or not by this person; the message is for who tried."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def learn_from_corrections(*, now: datetime) -> int:
    """Look at the documents of corrections that wait, and keep where the corrected values stand; says how many.

    Documents are read outside of any transaction; what another process learns meanwhile is left to it.
    """
    waiting = Correction.objects.filter(status=CorrectionStatus.PENDING).order_by("at", "run_id")[:AT_ONCE]
    learned = 0
    for document, group in groupby(waiting, key=lambda one: (one.document, one.run_id)):
        corrections = list(group)
        noted, why = _look(document[0], corrections)
        if noted is not None:
            learned += sum(_learn(one.pk, noted, why, now) for one in corrections)
    return learned


@transaction.atomic
def end_lesson(*, lesson_id: UUID, words: str, by: User, now: datetime) -> Lesson:
    """From now on documents are read without it; raises `LessonError`."""
    _check_teacher(by)
    lesson = _locked(lesson_id)
    if not lesson.is_in_force:
        raise LessonError("ended", "This lesson has ended already.")
    if not words.strip():
        raise LessonError("no_words", "Say why, in a few words.")
    _end(lesson, by, now, words.strip()[:300])
    return lesson


@transaction.atomic
def restore_lesson(*, lesson_id: UUID, by: User, now: datetime) -> Lesson:
    """Teach an ended lesson again, as the next version and in the name of who restores it; raises `LessonError`."""
    _check_teacher(by)
    ended = _locked(lesson_id)
    if ended.is_in_force:
        raise LessonError("in_force", "This lesson is in force.")
    anchor = Anchor.model_validate(model_to_dict(ended, ANCHOR))
    return _teach(ended.layout, anchor, ended.correction, by, now)


def _look(document: str, corrections: Sequence[Correction]) -> tuple[Noted | None, str]:
    """What the document answers when it is asked for the corrected values; None when it must be asked again later."""
    try:
        data = blobs.read(document)
    except blobs.BlobsUnavailable:
        return None, ""
    except (blobs.BlobMissing, blobs.BlobDamaged):
        return Noted(), "The file is not there any more, or is damaged."
    sought = {one.field: one.corrected for one in corrections}
    reading = read_file(data, "", hints={"sought": sought, "shown": _shown(corrections[0].run_id, sought)})
    if reading.error:
        return (None, "") if reading.error.code in WAITS else (Noted(), "The file could not be read again.")
    if not reading.noted:
        return Noted(), "It was read from the XML of the document, which needs no lesson."
    return of_reading(reading), "No wording on the document leads to this value."


def _shown(run_id: UUID, fields: Collection[str]) -> dict[str, Any]:
    """From which place on the page a person took a value, where they did."""
    read = Step.objects.filter(run_id=run_id, name="extract").order_by("-revision", "-seq").first()
    seen: Mapping[str, Any] = ((read.output if read else None) or {}).get("seen") or {}
    picked = {name: seen.get(name) or {} for name in fields}
    return {
        name: {"page": one["page"], "box": one["box"]}
        for name, one in picked.items()
        if one.get("method") == PERSON and one.get("box")
    }


@transaction.atomic
def _learn(correction_id: UUID, noted: Noted, why: str, now: datetime) -> bool:
    correction = Correction.objects.select_related("vendor", "by").get(pk=correction_id)
    vendor = lock_vendor(correction.vendor_id)
    correction = Correction.objects.select_for_update(of=("self",)).select_related("by").get(pk=correction_id)
    if correction.status != CorrectionStatus.PENDING:
        return False  # another process was quicker
    anchor = noted.anchors.get(correction.field)
    if anchor is None or anchor.field != correction.field:
        correction.status, correction.why = CorrectionStatus.NOT_LEARNABLE, why
    else:
        correction.status = CorrectionStatus.LEARNED
        _teach(_layout_of(vendor, noted, correction.document, now), anchor, correction, correction.by, now)
    correction.save(update_fields=["status", "why"])
    return anchor is not None


def _layout_of(vendor: Vendor, noted: Noted, document: str, now: datetime) -> Layout:
    known = [one for one in Layout.objects.filter(vendor=vendor) if is_same_layout(noted.layout, one.marks)]
    best = max(known, key=lambda one: agreement(noted.layout, one.marks), default=None)
    return best or Layout.objects.create(vendor=vendor, marks=list(noted.layout), document=document, created_at=now)


def _teach(layout: Layout, anchor: Anchor, correction: Correction, by: User, now: datetime) -> Lesson:
    """The next version for this field of this layout; the one in force ends."""
    versions = Lesson.objects.filter(layout=layout, field=anchor.field)
    for before in versions.filter(IS_IN_FORCE):
        _end(before, by, now, REPLACED)
    lesson = Lesson.objects.create(
        layout=layout, field=anchor.field, version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
        label=anchor.label, way=anchor.way, nth=anchor.nth, last=anchor.last, order=anchor.order,
        correction=correction, taught_by=by, taught_at=now,
    )  # fmt: skip
    record_lesson("vendor.lesson_taught", lesson, by, now)
    return lesson


def _end(lesson: Lesson, by: User, now: datetime, why: str) -> None:
    lesson.ended_by, lesson.ended_at, lesson.ended_why = by, now, why
    lesson.save(update_fields=["ended_by", "ended_at", "ended_why"])
    record_lesson("vendor.lesson_ended", lesson, by, now)


def _locked(lesson_id: UUID) -> Lesson:
    """The lesson, with its vendor locked first; raises `LessonError` if there is none."""
    lesson = Lesson.objects.select_related("layout").filter(pk=lesson_id).first()
    if lesson is None:
        raise LessonError("unknown", "There is no such lesson.")
    lock_vendor(lesson.layout.vendor_id)
    rows = Lesson.objects.select_for_update(of=("self",)).select_related("layout__vendor", "correction")
    return rows.get(pk=lesson_id)


def _check_teacher(by: User) -> None:
    if not by.is_person or not by.is_active or not by.holds(*TEACHERS):
        raise LessonError("may_not", "Only a vendor manager or a controller may do this.")


def record_lesson(action: str, lesson: Lesson, by: User, now: datetime) -> None:
    """What became of a lesson, in the trail of its vendor; in the caller's transaction."""
    vendor = lesson.layout.vendor
    event = trail.Event(
        action=action,
        actor=Actor.of(by),
        object=("lesson", str(lesson.pk), None),
        run=lesson.correction.run_id,
        data={"field": lesson.field, "version": lesson.version, "layout": str(lesson.layout_id),
              "business_time": now.isoformat()},
        facets=(f"counterparty=vendor:{vendor.key}",),
    )  # fmt: skip
    trail.append(f"vendor:{vendor.pk}", event)
