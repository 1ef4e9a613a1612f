"""What people taught: decisions, corrections and feedback as rows for training, masked unless asked otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from agentops.core.audit import payloads
from agentops.core.hashing import digest, plain
from agentops.core.redaction import redact
from reviews.models import Decision
from runs.gateway.spelling import stream_of
from runs.models import Await, Feedback, Proposal

Row = dict[str, Any]
KINDS = ("decision", "correction", "feedback")


def examples(*, since: datetime | None = None, agent: str = "", exact: bool = False) -> Iterator[Row]:
    """Rows of each kind, oldest first within it. People are named by a digest; `exact` leaves values unmasked."""
    for rows in (_decisions(since, agent), _corrections(since, agent), _feedback(since, agent)):
        for row in rows:
            told = plain(row)
            yield told if exact else redact(told)


def _decisions(since: datetime | None, agent: str) -> Iterator[Row]:
    rows = Decision.objects.select_related("review", "review__run", "proposal").order_by("decided_at", "pk")
    rows = rows.filter(decided_at__gte=since) if since else rows
    rows = rows.filter(review__run__agent=agent) if agent else rows
    for row in rows.iterator(chunk_size=500):
        run = row.review.run
        yield {
            "type": "decision",
            **_about(run),
            "review": row.review.kind,
            "verdict": row.verdict,
            "code": row.code,
            "person": _person(row.person_id),
            "at": row.decided_at,
            "proposal": _proposed(row.proposal) if row.proposal else None,
            **_said(run.pk, row.audit_seq),
        }


def _corrections(since: datetime | None, agent: str) -> Iterator[Row]:
    """What people put in the place of what was found: fields they named, and proposals they edited."""
    told = Await.objects.filter(kind="review", request__has_key="instruction").select_related("run")
    told = told.filter(created_at__gte=since) if since else told
    told = told.filter(run__agent=agent) if agent else told
    for row in told.order_by("created_at", "pk").iterator(chunk_size=500):
        said = row.request["instruction"]
        if said.get("fields") or said.get("output"):
            yield {
                "type": "correction", **_about(row.run), "revision": row.revision, "step": said.get("step", ""),
                "code": said["code"], "words": said["words"], "fields": said.get("fields", {}),
                "output": said.get("output"), "person": _person(said.get("by")), "at": row.created_at,
            }  # fmt: skip
    edited = Proposal.objects.exclude(authors=[]).select_related("run").prefetch_related("actions")
    edited = edited.filter(created_at__gte=since) if since else edited
    edited = edited.filter(run__agent=agent) if agent else edited
    for proposal in edited.order_by("created_at", "pk").iterator(chunk_size=500):
        before = Proposal.objects.filter(run_id=proposal.run_id, number=proposal.number - 1).first()
        yield {
            "type": "correction", **_about(proposal.run), "revision": proposal.revision, "label": proposal.label,
            "was": _args(before), "became": _args(proposal), "person": _person(proposal.authors[-1]),
            "at": proposal.created_at,
        }  # fmt: skip


def _feedback(since: datetime | None, agent: str) -> Iterator[Row]:
    rows = Feedback.objects.select_related("run").order_by("given_at", "pk")
    rows = rows.filter(given_at__gte=since) if since else rows
    rows = rows.filter(run__agent=agent) if agent else rows
    for row in rows.iterator(chunk_size=500):
        yield {
            "type": "feedback", **_about(row.run), "good": row.good, "words": row.words,
            "person": _person(row.person_id), "at": row.given_at,
        }  # fmt: skip


def _about(run: Any) -> Row:
    return {"run": run.number, "agent": run.agent, "version": run.version_id, "status": run.status}


def _person(who: Any) -> str:
    """The same person is the same word, and the word names nobody."""
    return digest(["person", str(who)])[:12] if who else ""


def _proposed(proposal: Proposal) -> Row:
    return {
        "label": proposal.label,
        "sentence": proposal.sentence,
        "reasons": [reason["code"] for reason in proposal.reasons],
        "confidence": proposal.confidence,
        "actions": _args(proposal),
    }


def _args(proposal: Proposal | None) -> dict[str, Any]:
    return {action.tool: action.args for action in proposal.actions.order_by("ordinal")} if proposal else {}


def _said(run_id: Any, seq: int | None) -> Row:
    """Words and edits of a decision, unless they were erased."""
    if seq is None:
        return {}
    try:
        return {"said": payloads.read(stream_of(run_id), seq)}
    except (payloads.PayloadErased, payloads.PayloadMissing):
        return {"said": None}
