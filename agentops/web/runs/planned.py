"""What was planned and what came of it: the steps with the critic's verdict, and the effects in the world."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentops.web.formatting import words
from agentops.web.runs.listing import status_words
from agentops.web.runs.records import Records
from runs.lifecycle import RunStatus
from runs.models import Effect


@dataclass(frozen=True)
class PlanLine:
    """One planned step, what it was expected to bring, and what the critic made of it."""

    number: int
    name: str
    tool: str
    expected: str
    result: str
    verdict: str
    tone: str
    icon: str
    key: str


@dataclass(frozen=True)
class EffectLine:
    """One change outside the step, with its reference and how certain it is."""

    tool: str
    reference: str
    status: str
    tone: str
    at: datetime
    signed_by: str
    key: str


def plan_lines(records: Records) -> list[PlanLine]:
    """The steps of the plan in force."""
    return [_plan_line(records, seq, step) for seq, step in enumerate(records.planned)]


def effect_lines(records: Records) -> list[EffectLine]:
    """What the run changed, in order."""
    return [_effect(records, effect) for effect in records.effects]


def _plan_line(records: Records, seq: int, planned: dict[str, Any]) -> PlanLine:
    step = records.step_of.get((records.run.revision, seq))
    result, verdict, tone, icon = ("", "Not yet", "none", "clock")
    if step is not None:
        ok = step.status in ("done", "carried", "by_hand")
        quiet = step.status in ("empty", "skipped")
        result = step.note or words(step.status)
        verdict, tone, icon = ("Agrees", "ok", "ok") if ok else (words(step.status), "none", "info")
        if step.status == "skipped":
            verdict = "Left out"  # the reason is the result
        if not ok and not quiet:
            verdict, tone, icon = "Objects", "bad", "stop"
    elif seq == records.run.position and records.run.status == RunStatus.AWAITING:
        verdict, tone, icon = status_words(records.run), "warn", "pause"
    return PlanLine(
        number=seq + 1,
        name=words(planned["name"]),
        tool=planned["tool"],
        expected=planned.get("expect", ""),
        result=result,
        verdict=verdict,
        tone=tone,
        icon=icon,
        key=f"step-{records.run.revision}-{seq}" if step is not None else "",
    )


def _effect(records: Records, effect: Effect) -> EffectLine:
    status = str(effect.status)
    approval = effect.approval
    signers = [records.names.get(str(signer), "somebody") for signer in approval.signers] if approval else []
    tones = {"confirmed": "ok", "refused": "none", "unknown": "bad"}
    return EffectLine(
        tool=effect.tool,
        reference=effect.reference,
        status=words(status),
        tone=tones.get(status, "warn"),
        at=effect.settled_at or effect.sent_at or effect.intended_at,
        signed_by=" and ".join(signers) or "nobody: within the limits",
        key=f"effect-{effect.key}",
    )
