"""A proposal made again from the record, assessed and judged by today's code under the policy of then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runs import proposing
from runs.agents import Assessment, Planned, resolve
from runs.leased import LeasedRun
from runs.models import Action
from runs.policy import PolicyView
from runs.proposing.freezing import action_of
from runs.replay.differences import Matters, unequal
from runs.replay.tape import Json
from runs.rows import kept_facts
from tools_registry.facts import Grant
from tools_registry.registry import registry
from tools_registry.verdicts import Allow

# What others had used up of a day's limit is recorded nowhere, so the gate cannot say this a second time.
UNREPEATABLE = frozenset({"cumulative_limit"})
Found = Iterator[tuple[Matters, str, Any, Any]]


@dataclass(frozen=True, slots=True)
class RecordedPolicy(PolicyView):
    """The grants as they stood; nothing is stopped, and no day's limit is read."""

    granted: Mapping[str, Grant] | None = None

    def grants(self, agent: str) -> Mapping[str, Grant]:
        return self.granted or {}

    def has_day_limits(self, agent: str) -> bool:
        return False


def acted(run: LeasedRun, numbered: Sequence[tuple[int, Planned]], edited: Sequence[Json] | None) -> list[Action]:
    """The actions as they would be proposed; where a person edited them, as edited. Raises `InvalidArguments`."""
    actions = []
    for place, (seq, planned) in enumerate(numbered):
        spec = registry.get(planned.tool)
        model = spec.validate(edited[place]["args"] if edited else resolve(planned.args, run.results))
        reference = spec.reference(model) if spec.reference else ""
        actions.append(action_of(spec, planned, seq, model.model_dump(mode="json"), reference=reference))
    return actions


def assessed(run: LeasedRun, label: str, numbered: Sequence[tuple[int, Planned]], actions: list[Action]) -> Assessment:
    """What the agent's rules say of it."""
    args = [(planned, action.args) for (_, planned), action in zip(numbered, actions, strict=True)]
    return run.agent.assess(label, args, run.results, run.goal())


def compared(run: LeasedRun, was: Json, actions: list[Action], assessment: Assessment) -> Found:
    """Where the proposal parts from the recorded one, the weightiest first."""
    yield from _compared_actions(was, actions)
    facts = proposing.facts_of(run, actions, assessment)
    live = proposing.draft(run, was["label"], actions, facts, assessment)
    verdict = proposing.judge(run, live)
    now = live.proposal
    if was["edited"] and isinstance(verdict, Allow):
        now.verdict, now.signatures = "review", 1  # a person's edit is signed, never let pass
    yield from _compared_checks(was["body"]["facts"]["checks"], kept_facts(facts)["checks"])
    unrepeatable = UNREPEATABLE & {reason["code"] for reason in was["reasons"]}
    if not unrepeatable:
        signatures = max(now.signatures, was["signatures"]) if was["edited"] else now.signatures
        for name, found in (("verdict", now.verdict), ("signatures", signatures), ("blocked", now.blocked)):
            for _, then, other in unequal(was[name], found):
                yield Matters.OUTCOME, name, then, other
    yield from _compared_reasons(was["reasons"], now.reasons)
    for name in ("counterparty", "amount", "currency"):
        for _, then, other in unequal(was[name], _text(getattr(now, name))):
            yield Matters.OUTCOME, name, then, other
    for _, then, other in unequal(was["confidence"], _text(now.confidence)):
        yield Matters.CONFIDENCE, "confidence", then, other
    for _, then, other in unequal(was["sentence"], now.sentence):
        yield Matters.WORDING, "sentence", then, other


def _compared_actions(was: Json, actions: list[Action]) -> Found:
    names = [action["tool"] for action in was["actions"]], [action.tool for action in actions]
    for what, then, now in unequal(*names, ("actions",)):
        yield Matters.OUTCOME, what, then, now
    for one, action in zip(was["actions"], actions, strict=False):
        for what, then, now in unequal(one["args"], action.args):
            yield Matters.OUTCOME, f"{action.name}.{what}", then, now
        if one["reference"] != action.reference:
            yield Matters.OUTCOME, f"{action.name}, business reference", one["reference"], action.reference


def _compared_checks(was: list[Json], now: list[Json]) -> Found:
    """By what they are called and what about; how they are worded matters less."""
    then, here = _named(was), _named(now)
    for key in sorted({*then, *here}):
        if key not in then or key not in here:
            yield Matters.OUTCOME, f"check {key[0]}", _verdict(then.get(key)), _verdict(here.get(key))
            continue
        for name in ("expected", "found", "passed", "severity", "code"):
            for _, one, other in unequal(then[key].get(name), here[key].get(name)):
                yield Matters.OUTCOME, f"check {key[0]}: {name}", one, other
        for _, one, other in unequal(then[key].get("sentence"), here[key].get("sentence")):
            yield Matters.WORDING, f"check {key[0]}", one, other


def _named(checks: list[Json]) -> dict[tuple[str, str, int], Json]:
    found: dict[tuple[str, str, int], Json] = {}
    for check in checks:
        place = sum(key[:2] == (check["name"], check["field"] or "") for key in found)
        found[check["name"], check["field"] or "", place] = check
    return found


def _verdict(check: Json | None) -> str:
    return "not made" if check is None else "passed" if check["passed"] else f"failed ({check['code']})"


def _compared_reasons(was: list[Json], now: list[Json]) -> Found:
    then, here = _by_code(was), _by_code(now)
    for code in sorted({*then, *here} - UNREPEATABLE):
        if code not in then or code not in here:
            was_given, is_given = ("given" if code in reasons else "not given" for reasons in (then, here))
            yield Matters.OUTCOME, f"reason {code}", was_given, is_given
            continue
        for what, one, other in unequal(then[code].get("numbers"), here[code].get("numbers")):
            yield Matters.OUTCOME, f"reason {code}: {what}", one, other
        for _, one, other in unequal(then[code]["sentence"], here[code]["sentence"]):
            yield Matters.WORDING, f"reason {code}", one, other


def _by_code(reasons: list[Json]) -> dict[str, Json]:
    return {reason["code"]: reason for reason in reasons}


def _text(value: Any) -> Any:
    return None if value is None else str(value)
