"""What is shown beside the time line: one call, wait, proposal, decision or effect, exactly as recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from agentops.web.formatting import moment, span, words
from agentops.web.runs.records import Records
from runs.gateway.showing import exchange_shown, question_shown
from runs.models import ModelCall
from runs.queries import exact_input


@dataclass(frozen=True)
class Block:
    """A heading with JSON under it."""

    title: str
    value: Any


@dataclass(frozen=True)
class Inspected:
    """One recorded thing, whole."""

    key: str
    title: str
    kind: str
    tone: str
    icon: str
    facts: list[tuple[str, str]]
    blocks: list[Block]
    said: str = ""
    reasons: tuple[str, ...] = ()


def inspect(records: Records, key: str) -> Inspected | None:
    """The thing that `key` names in this run, or None."""
    kind, _, rest = key.partition("-")
    show = KINDS.get(kind)
    return show(records, key, rest) if show else None


def _call(records: Records, key: str, rest: str) -> Inspected | None:
    call = next((c for c in records.calls if f"{c.revision}-{c.seq}-{c.attempt}" == rest), None)
    if call is None:
        return None
    step = records.step_of.get((call.revision, call.seq))
    output = call.output if call.output is not None or call.result not in ("value", "empty") else step and step.output
    facts = [
        ("Result", words(call.result)),
        ("Time", f"{_at(call.started_at)}, {span(call.duration_ms / 1000)}"),
        ("Processor", span(call.cpu_ms / 1000)),
        ("Cost", f"{call.cost / 1_000_000:.6f} EUR" if call.cost else "nothing"),
        ("Attempt", f"{call.attempt}, plan {call.revision}, lease {call.epoch}"),
        ("Version", call.tool_version[:12]),
    ]
    blocks = [Block("Output", output), Block("Input", exact_input(call))]
    return Inspected(key, call.tool, "tool call", "info", "tool", facts, blocks, said=call.error)


def _model(records: Records, key: str, rest: str) -> Inspected | None:
    call = next((c for c in records.model_calls if str(c.id) == rest), None)
    if call is None:
        return None
    facts = [
        ("Model", " ".join(filter(None, (call.provider, call.model, f"({call.tier})" if call.tier else "")))),
        ("Prompt", " ".join(filter(None, (call.prompt, call.prompt_hash[:12])))),
        ("Time", f"{_at(call.started_at)}, {span(call.duration_ms / 1000)}"),
        ("Tokens", f"{call.tokens_in:,} in, {call.tokens_out:,} out, {call.tokens_cached:,} cached"),
        ("Cost", _cost(call)),
        ("Attempt", f"{call.attempt}, {call.status}, finish: {call.stop_reason or 'none'}"),
        ("Provider's id", call.provider_request_id or "none"),
    ]
    if call.original_id:
        facts.append(("Answered by", f"an equal call before: {call.original_id}"))
    blocks = [
        Block("What was sent and came back", exchange_shown(call)),
        Block("Question", question_shown(call)),
        Block("Parameters", call.parameters),
    ]
    shown = [block for block in blocks if block.value]
    return Inspected(key, call.role, "model call", "agent", "agent", facts, shown, said=call.error)


def _cost(call: ModelCall) -> str:
    counted = f"{call.cost / 1_000_000:.6f} EUR"
    if call.cost_known:
        return counted + (f", prices of {call.price_day}" if call.price_day else "")
    return f"unknown, counted as {counted}"


def _step(records: Records, key: str, rest: str) -> Inspected | None:
    step = next((s for s in records.steps if f"{s.revision}-{s.seq}" == rest), None)
    if step is None:
        return None
    facts = [
        ("Tool", step.tool),
        ("Stage", words(step.stage)),
        ("Ended", _at(step.at)),
        ("Status", words(step.status)),
    ]
    return Inspected(
        key, words(step.name), "step", "none", "bolt", facts, [Block("Output", step.output)], said=step.note
    )


def _await(records: Records, key: str, rest: str) -> Inspected | None:
    asked = next((a for a in records.awaits if str(a.id) == rest), None)
    if asked is None:
        return None
    facts = [
        ("Asked", _at(asked.created_at)),
        ("Answered", _at(asked.answered_at) if asked.answered_at else "not yet"),
    ]
    blocks = [Block("Answer", asked.answer), Block("Question", asked.request)]
    return Inspected(key, f"Waits for {asked.kind}", "wait", "warn", "pause", facts, blocks)


def _proposal(records: Records, key: str, rest: str) -> Inspected | None:
    proposal = next((p for p in records.proposals if str(p.number) == rest), None)
    if proposal is None:
        return None
    facts = [
        ("Verdict", f"{words(proposal.verdict)}, now {proposal.state}"),
        ("Made", _at(proposal.created_at)),
        ("Signatures", str(proposal.signatures) if proposal.signatures else "none needed"),
        ("Confidence", str(proposal.confidence) if proposal.confidence is not None else "no figure"),
        (
            "Sample",
            f"drawn with probability {proposal.sample_probability}: {'yes' if proposal.sampled else 'no'}",
        ),
        ("Policy", proposal.policy[:12]),
        ("Digest", proposal.digest[:16]),
        ("Edited by", ", ".join(records.names.get(str(a), "somebody") for a in proposal.authors) or "nobody"),
    ]
    actions = [
        {
            "tool": a.tool,
            "impact": a.impact,
            "reference": a.reference,
            "arguments": a.args,
            "rests on": a.basis,
        }
        for a in records.actions_of[proposal.pk]
    ]
    blocks = [
        Block("Reasons", proposal.reasons),
        Block("Actions", actions),
        Block("Checks and evidence", proposal.body),
    ]
    return Inspected(
        key, f"Proposal {proposal.number}", "gate", "warn", "shield", facts, blocks, said=proposal.sentence
    )


def _sentences(reasons: Any) -> tuple[str, ...]:
    known = [reason for reason in reasons if isinstance(reason, dict)] if isinstance(reasons, list) else []
    return tuple(f"{reason.get('sentence', '')} ({reason.get('code', '')})" for reason in known)


def _decision(records: Records, key: str, rest: str) -> Inspected | None:
    decision = next((d for d in records.decisions if str(d.id) == rest), None)
    if decision is None:
        return None
    facts = [
        ("Who", decision.person.name),
        ("When", _at(decision.decided_at)),
        ("Said", words(str(decision.verdict))),
        ("Reason", decision.code or "none given"),
        ("Review", str(decision.review.number)),
        ("Of digest", decision.digest[:16]),
    ]
    return Inspected(key, "Decision", "person", "info", "sign", facts, [Block("What they saw", decision.seen)])


def _effect(records: Records, key: str, rest: str) -> Inspected | None:
    effect = next((e for e in records.effects if e.key == rest), None)
    if effect is None:
        return None
    facts = [
        ("Status", words(str(effect.status))),
        ("Reference", effect.reference),
        ("Intended", _at(effect.intended_at)),
        ("Sent", _at(effect.sent_at) if effect.sent_at else "not sent"),
        ("Settled", _at(effect.settled_at) if effect.settled_at else "not yet"),
        ("Attempts", str(effect.attempts)),
    ]
    blocks = [Block("Receipt", effect.receipt), Block("Arguments", effect.action.args)]
    return Inspected(key, effect.tool, "effect", "info", "link", facts, blocks, said=effect.error)


def _at(when: Any) -> str:
    return moment(timezone.localtime(when))


KINDS: dict[str, Callable[[Records, str, str], Inspected | None]] = {
    "call": _call,
    "model": _model,
    "step": _step,
    "await": _await,
    "proposal": _proposal,
    "decision": _decision,
    "effect": _effect,
}
