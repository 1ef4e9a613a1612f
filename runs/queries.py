"""Reads of runs that span rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from runs.agents import whole_args
from runs.models import Run, RunInput, Step, ToolCall
from runs.sql import query


def audit_heads() -> Iterator[tuple[str, int, bytes]]:
    """Each run's stream with the place and hash its row says is the last; for the audit verifier."""
    rows = Run.objects.order_by("id").values_list("id", "audit_seq", "audit_head")
    for run_id, seq, head in rows.iterator(chunk_size=5000):
        yield f"run:{run_id}", seq, bytes(head)


def exact_input(call: ToolCall) -> dict[str, Any]:
    """The arguments a tool was called with, whole: large ones stand only where they were found."""
    if not call.input_from:
        return dict(call.input)
    steps = Step.objects.filter(run_id=call.run_id, revision=call.revision)
    results = {name: output or {} for name, output in steps.values_list("name", "output")}
    results["input"] = RunInput.objects.values_list("input", flat=True).get(run_id=call.run_id)
    return whole_args(call.input, call.input_from, results)


def asked_by(run_id: UUID) -> tuple[UUID, ...]:
    """Everybody whose hand is in what this run was asked for, its requester first: who keyed in or replaced a refused
    file, and who sent it. None of them decides about it alone."""
    ((people,),) = query("SELECT runs_asked_by(%s)", (run_id,))
    return tuple(people)
