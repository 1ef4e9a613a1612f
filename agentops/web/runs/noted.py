"""What a run noted of its own work: what a critic made of a step, and why it was planned again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentops.web.formatting import words
from agentops.web.runs.records import Records
from runs.models import Note


@dataclass(frozen=True)
class NoteLine:
    """One note in words; `by` is who looked: rules, or a model."""

    title: str
    said: str
    by: str
    tone: str
    revision: int
    at: datetime


def note_lines(records: Records) -> list[NoteLine]:
    """The notes of a run, in order."""
    return [_line(note) for note in records.notes]


def _line(note: Note) -> NoteLine:
    body = note.body
    step = words(str(body["step"])) if body.get("step") else ""
    title = f"{words(note.code)}: {step}" if step else words(note.code)
    said, objects = _said(note, body)
    return NoteLine(title, said, str(body.get("by", "")), "warn" if objects else "none", note.revision, note.at)


def _said(note: Note, body: Mapping[str, Any]) -> tuple[str, bool]:
    """The note in words, and whether it objects to something."""
    if note.words:
        return note.words, False
    if "sentences" in body:
        doubted = f", {body['doubted']} doubted by a second model" if body.get("doubted") else ""
        loose = body["carried"] < body["sentences"]
        return f"{body['carried']} of {body['sentences']} sentences are carried by their sources{doubted}.", loose
    if "verdict" in body:
        return f"{words(str(body['verdict']))} ({str(body.get('because', '')).replace('_', ' ')}).", True
    return ", ".join(f"{name} {value}" for name, value in body.items() if name not in ("step", "by")), False
