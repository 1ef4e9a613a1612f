"""From planned steps to actions: what earlier revisions did is carried over, the rest is resolved and frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentops.core.hashing import digest, plain
from runs.agents import Planned, resolve
from runs.checkpoints import Boundary
from runs.leased import TIMELESS, LeasedRun
from runs.models import Action, Effect, StepStatus
from tools_registry.registry import registry
from tools_registry.results import InvalidArguments
from tools_registry.tool import ToolSpec


def carry_over(run: LeasedRun, batch: Sequence[Planned]) -> tuple[list[tuple[int, Planned]], Boundary]:
    """Effects of earlier revisions are facts: record them as steps and propose only the rest."""
    numbered = [(run.position + index, planned) for index, planned in enumerate(batch)]
    boundary = Boundary()
    if run.revision == 1 and not run.proposals:
        return numbered, boundary
    done = {
        (effect.tool, effect.reference): effect for effect in Effect.objects.filter(run_id=run.id, status="confirmed")
    }
    while numbered and done:
        seq, planned = numbered[0]
        effect = done.get((planned.tool, reference_of(run, planned)))
        if effect is None:
            break
        now = run.clock.now()
        boundary.add_step(run, planned, seq, StepStatus.CARRIED, effect.receipt, at=now, note=f"effect {effect.key}")
        run.remember(planned.name, effect.receipt or {}, now)
        numbered.pop(0)
    return numbered, boundary


def reference_of(run: LeasedRun, planned: Planned) -> str:
    spec = registry.get(planned.tool)
    try:
        return spec.reference(spec.validate(resolve(planned.args, run.results))) if spec.reference else ""
    except InvalidArguments:
        return ""


def freeze(run: LeasedRun, planned: Planned, seq: int, args: Mapping[str, Any] | None = None) -> Action:
    """An action: arguments resolved, validated and frozen, with the world they rest on. Raises `InvalidArguments`.

    A tool that takes `seen` says itself what the reads before it saw of that world, so nothing can move unnoticed
    between them and this moment; for the others it is read now.
    """
    spec = registry.get(planned.tool)
    model = spec.validate(resolve(planned.args, run.results) if args is None else args)
    frozen = model.model_dump(mode="json")
    reference = spec.reference(model) if spec.reference else ""
    basis = frozen.get("seen") or spec.basis(model, lock=False) if spec.basis else None
    return action_of(spec, planned, seq, frozen, reference=reference, basis=plain(basis))


def action_of(
    spec: ToolSpec, planned: Planned, seq: int, args: dict[str, Any], *, reference: str, basis: Any = None
) -> Action:
    """The action itself; `args` are those of its tool, in their stored form."""
    return Action(
        seq=seq,
        name=planned.name,
        tool=spec.name,
        tool_version=spec.version,
        impact=spec.impact.value,
        effect_class=spec.effect.value,
        args=args,
        digest=digest({"tool": spec.name, "version": spec.version, "args": plain(args), "reference": reference}),
        reference=reference,
        basis=basis,
    )


def is_stale(run: LeasedRun) -> bool:
    """Has evidence that can change been read longer ago than its tool allows?"""
    now = run.clock.now()
    for step in run.plan[: run.position]:
        seen, spec = run.seen_at.get(step.name), registry.get(step.tool)
        if seen and spec.max_age < TIMELESS and now - seen > spec.max_age and spec.impact == "read":
            return True
    return False
