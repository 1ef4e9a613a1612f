"""The steps and calls of a run held against the digests that its own events hold of them.

An event names each row by its place and the first digits of its digest, and proves all of its rows by one digest over
theirs. From the rows and the run's salt alone, so a row that was changed past its triggers is found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import orjson

from agentops.core.audit.models import AuditEntry
from agentops.core.audit.rows import Vouched
from runs.agents import whole_args
from runs.checkpoints import TAG, digest_of_rows
from runs.leased import digest_of_row
from runs.models import RunInput, Step, ToolCall

_SAYS_ROWS = '"rows":"'


def rows_of_trail(streams: Collection[str] | None = None) -> Iterator[Vouched]:
    """Every step and call that an event of a run vouches for; of all runs, or of these streams."""
    told = AuditEntry.objects.filter(stream__startswith="run:", body__contains=_SAYS_ROWS).order_by("stream", "seq")
    if streams is not None:
        told = told.filter(stream__in=list(streams))
    proof: _Proof | None = None
    for stream, seq, body in told.values_list("stream", "seq", "body").iterator(chunk_size=2000):
        if proof is None or proof.stream != stream:
            proof = _Proof(stream)
        yield from proof.of(seq, body)


class _Proof:
    """The rows of one run with their digests, by place; a later revision counts its places anew."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.steps: dict[Any, list[str]] = {}
        self.calls: dict[Any, list[str]] = {}
        run_id = _run_of(stream)
        given = RunInput.objects.filter(run_id=run_id).first() if run_id else None
        if given is not None:
            self._read(given)

    def of(self, seq: int, body: str) -> Iterator[Vouched]:
        """What one event says of its rows."""
        try:
            data = orjson.loads(body)["data"]
            steps, calls, whole = data.get("steps", []), data.get("calls", []), data["rows"]
            names = [("step", self.steps, tuple(row[:-1]), row[-1]) for row in steps]
            names += [("call", self.calls, tuple(row[:-1]), row[-1]) for row in calls]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            yield Vouched(self.stream, seq, "what the entry says of its rows cannot be read")
            return
        found = [self._found(known, place, tag) for _, known, place, tag in names]
        for (kind, _, place, _), digest in zip(names, found, strict=True):
            yield Vouched(self.stream, seq, "" if digest else f"the {kind} {place} is gone, or not what it was")
        if all(found) and digest_of_rows([digest for digest in found if digest]) != whole:
            yield Vouched(self.stream, seq, "the rows are not those that the entry vouches for")

    def _found(self, known: dict[Any, list[str]], place: tuple[Any, ...], tag: str) -> str | None:
        return next((digest for digest in known.get(place, ()) if digest[:TAG] == tag), None)

    def _read(self, given: RunInput) -> None:
        salt = bytes(given.salt)
        results: dict[int, dict[str, Any]] = {}
        for step in Step.objects.filter(run_id=given.pk).order_by("revision", "seq"):
            digest = digest_of_row(salt, [step.tool, step.output])
            self.steps.setdefault((step.seq, step.name, step.status), []).append(digest)
            results.setdefault(step.revision, {"input": given.input})[step.name] = step.output or {}
        for call in ToolCall.objects.filter(run_id=given.pk):
            whole = dict(call.input)
            if call.input_from:
                whole = whole_args(call.input, call.input_from, results.get(call.revision, {"input": given.input}))
            place = (call.seq, call.attempt, call.tool, call.result)
            self.calls.setdefault(place, []).append(digest_of_row(salt, whole))


def _run_of(stream: str) -> UUID | None:
    try:
        return UUID(stream.removeprefix("run:"))
    except ValueError:
        return None
