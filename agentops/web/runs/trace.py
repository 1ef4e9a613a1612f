"""One run's page: where it stands, what it spent, what was planned, and what happened, in order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentops.core.models import User
from agentops.web.access import url_if_open
from agentops.web.panels import panel_of, styles_of
from agentops.web.runs.family import Family, family_of
from agentops.web.runs.feedback import FeedbackPart, feedback_part
from agentops.web.runs.inspector import Inspected, inspect
from agentops.web.runs.listing import TONES, agent_label, status_words
from agentops.web.runs.noted import NoteLine, note_lines
from agentops.web.runs.planned import EffectLine, PlanLine, effect_lines, plan_lines
from agentops.web.runs.progress import Spent, Stage, budget, stages
from agentops.web.runs.records import Records, records_of
from agentops.web.runs.timeline import Timeline, timeline
from reviews.queries import sight
from runs.lifecycle import ENDED, RunStatus
from runs.models import Run


@dataclass(frozen=True)
class RunPage:
    """The whole page."""

    run: Run
    subject: str
    goal: str
    status: str
    tone: str
    live: bool
    hollow: bool
    agent: str
    requester: str
    stages: list[Stage]
    budget: list[Spent]
    timeline: Timeline
    plan: list[PlanLine]
    notes: list[NoteLine]
    family: Family
    effects: list[EffectLine]
    inspected: Inspected | None
    review_url: str
    review_label: str
    audit_url: str
    document_url: str
    about: dict[str, Any]
    panel: str
    styles: str
    may_cancel: bool
    feedback: FeedbackPart
    polls: int  # seconds until the page looks again; 0 once nothing can change


def run_page(run: Run, user: User, *, now: datetime, show: str = "") -> RunPage:
    """Read a run for its page; a dozen statements at most, however long it was and however many parts it has."""
    records = records_of(run)
    show = show or _worth_opening(records)
    panel, about = panel_of(run)
    review = next((item for item in reversed(records.reviews) if item.is_open), None)
    return RunPage(
        run=run,
        subject=run.given.subject or run.given.goal,
        goal=run.given.goal,
        status=status_words(run),
        tone=TONES.get(run.status, "none"),
        live=run.status == RunStatus.RUNNING,
        hollow=run.status in (RunStatus.QUEUED, RunStatus.CANCELLED),
        agent=f"{agent_label(run.agent)} {run.version_id[:6]}",
        requester=run.requester.name or run.requester.email,
        stages=stages(records),
        budget=budget(run),
        timeline=timeline(records, now=now, show=show),
        plan=plan_lines(records),
        notes=note_lines(records),
        family=family_of(records, user),
        effects=effect_lines(records),
        inspected=inspect(records, show),
        review_url=url_if_open(user, "review", review.id) if review else "",
        review_label=f"Open review {review.number}" if review else "",
        audit_url=f"{trail}?run=R-{run.number}" if (trail := url_if_open(user, "audit:list")) else "",
        document_url=url_if_open(user, "documents:page", run.given.document, 1) if run.given.document else "",
        about=about,
        panel=panel,
        styles=styles_of(run.agent),
        may_cancel=may_cancel(run, user),
        feedback=feedback_part(run),
        polls=0 if run.status in ENDED else 15 if run.status == RunStatus.AWAITING else 5,
    )


def may_cancel(run: Run, user: User) -> bool:
    """Operators cancel any run, a person the runs they asked for; an ended run cannot be cancelled."""
    return sight.may_cancel(user, run) and not run.cancel_requested


def _worth_opening(records: Records) -> str:
    failed = next((call for call in reversed(records.calls) if call.result in ("failed", "unknown")), None)
    if failed and records.run.status != RunStatus.COMPLETED:
        return f"call-{failed.revision}-{failed.seq}-{failed.attempt}"
    if records.proposals:
        return f"proposal-{records.proposals[-1].number}"
    last = records.calls[-1] if records.calls else None
    return f"call-{last.revision}-{last.seq}-{last.attempt}" if last else ""
