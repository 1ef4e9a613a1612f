"""Whether the gate can understand what it was given; what it cannot, it denies."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tools_registry.facts import (
    GRANT_AMOUNTS,
    ActionFacts,
    Check,
    GateContext,
    Grant,
    HouseCeiling,
    Origin,
    ProposalFacts,
    Reason,
    Source,
)
from tools_registry.kinds import Effect, Impact, Mode, Severity

# Larger than any money there is; beyond it numbers are an attack on whoever formats them.
MOST_DIGITS = 18


def fault_in(proposal: Any, grants: Any, context: Any) -> str | None:
    """The first thing that is malformed, as a sentence; None when all is well."""
    if fault := _fault_in_context(context):
        return fault
    if not isinstance(proposal, ProposalFacts) or not isinstance(grants, Mapping):
        return "This is not a proposal with its grants"
    if not isinstance(proposal.actions, tuple) or not proposal.actions:
        return "A proposal needs at least one action"
    for action in proposal.actions:
        if fault := _fault_in_action(action) or _fault_in_grant(grants, action):
            return fault
    return _fault_in_judgement(proposal)


def is_amount(value: Any) -> bool:
    """A finite decimal of a size that exists; a float is not an amount."""
    return isinstance(value, Decimal) and value.is_finite() and value.adjusted() < MOST_DIGITS


def _fault_in_context(context: Any) -> str | None:
    if not isinstance(context, GateContext):
        return "The circumstances of the proposal are unknown"
    house = context.house
    if not isinstance(house, HouseCeiling) or not (
        is_amount(house.item_limit)
        and is_amount(house.second_signature_over)
        and isinstance(house.max_evidence_age, timedelta)
    ):
        return "The house's ceiling is not set"
    if not isinstance(context.now, datetime) or context.now.tzinfo is None:
        return "The time of the judgement is unknown"
    if not (
        isinstance(context.stopped, frozenset)
        and isinstance(context.features_off, frozenset)
        and isinstance(context.used, Mapping)
        and isinstance(context.requester_may, bool)
        and isinstance(context.canary, bool)
        and isinstance(context.agent, str)
        and _is_currency(context.base_currency)
        and (context.today is None or isinstance(context.today, date))
        and is_amount(context.spent)
        and (context.spend_limit is None or is_amount(context.spend_limit))
    ):
        return "The circumstances of the proposal are malformed"
    return None


def _fault_in_action(action: Any) -> str | None:
    if not isinstance(action, ActionFacts) or not isinstance(action.tool, str) or not action.tool:
        return "An action does not name its tool"
    if not isinstance(action.impact, Impact) or not isinstance(action.effect, Effect):
        return f"The impact of {action.tool} is unknown"
    if (action.impact is Impact.READ) != (action.effect is Effect.READ):
        return f"The impact and the effect of {action.tool} contradict each other"
    if not isinstance(action.args, dict):
        return f"The arguments of {action.tool} are malformed"
    for value in (action.reference, action.currency, action.counterparty, action.order):
        if value is not None and not isinstance(value, str):
            return f"The facts about {action.tool} are malformed"
    if action.effect is not Effect.READ and not action.reference:
        return f"{action.tool} has an effect but no business reference"
    for amount in (action.amount, action.converted):
        if amount is not None and not is_amount(amount):
            return f"The amount of {action.tool} is not a number"
    if action.amount is None and action.converted is not None:
        return f"{action.tool} has a converted amount but no amount"
    if not _are_sources(action):
        return f"Where the arguments of {action.tool} come from is malformed"
    seen = action.evidence_at
    if seen is not None and (not isinstance(seen, datetime) or seen.tzinfo is None):
        return f"The evidence for {action.tool} is not dated"
    return None


def _are_sources(action: ActionFacts) -> bool:
    if not isinstance(action.origins, Mapping) or not isinstance(action.sinks, Mapping):
        return False
    origins, sinks = action.origins, action.sinks
    return (
        _are_texts(*origins, *sinks)
        and all(isinstance(one, Origin) and isinstance(one.source, Source) for one in origins.values())
        and all(isinstance(one, frozenset) and all(isinstance(s, Source) for s in one) for one in sinks.values())
    )


def _fault_in_grant(grants: Mapping[str, Any], action: ActionFacts) -> str | None:
    grant = grants.get(action.tool)
    if grant is None:
        return None
    if not isinstance(grant, Grant) or not isinstance(grant.mode, Mode) or grant.tool != action.tool:
        return f"The grant for {action.tool} is malformed"
    if not isinstance(grant.agent, str) or not is_amount(grant.sampling_rate):
        return f"The grant for {action.tool} is malformed"
    for name in GRANT_AMOUNTS:
        value = getattr(grant, name)
        if value is not None and not is_amount(value):
            return f"The grant for {action.tool} has a malformed limit"
    return None


def _fault_in_judgement(proposal: ProposalFacts) -> str | None:
    if not isinstance(proposal.checks, tuple) or not isinstance(proposal.marks, tuple):
        return "The checks are malformed"
    for check in proposal.checks:
        if not isinstance(check, Check) or not isinstance(check.passed, bool):
            return "A check is malformed"
        if not isinstance(check.severity, Severity) or not _are_texts(
            check.name, check.field, check.expected, check.found, check.code, check.sentence
        ):
            return "A check is malformed"
    for mark in proposal.marks:
        if not isinstance(mark, Reason) or not _are_texts(
            mark.code, mark.sentence, "" if mark.field is None else mark.field
        ):
            return "A mark is malformed"
        if not isinstance(mark.numbers, Mapping) or not _are_texts(*mark.numbers, *mark.numbers.values()):
            return "A mark is malformed"
    confidence = proposal.confidence
    if confidence is not None and not (is_amount(confidence) and 0 <= confidence <= 1):
        return "The confidence is not a number from 0 to 1"
    return None


def _are_texts(*values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _is_currency(code: Any) -> bool:
    return isinstance(code, str) and len(code) == 3 and code.isascii() and code.isupper()
