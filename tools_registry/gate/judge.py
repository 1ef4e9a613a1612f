"""The gate itself: ask every rule, collect every reason, answer once.

Pure, total and monotone. Pure: it reads its arguments and nothing else. Total: it answers for any value
whatever, and what it cannot understand it denies. Monotone: a larger amount, a lower confidence, a failed
check, a mark, a lower limit or a grant taken away never makes the answer laxer.

One principle runs through the rules: *what cannot be measured counts as above every limit.*
"""

from collections.abc import Callable, Mapping, Sequence

from tools_registry.facts import GateContext, Grant, ProposalFacts, Reason
from tools_registry.gate.case import Case
from tools_registry.gate.limits import uses_of
from tools_registry.gate.rules import amounts, findings, sources, standing
from tools_registry.gate.wellformed import fault_in
from tools_registry.verdicts import Allow, Deny, Review

Rule = Callable[[Case], None]

# The order is the order in which a reviewer reads the reasons. Deleting any line fails a test.
RULES: tuple[Rule, ...] = (
    standing.nothing_is_stopped,
    standing.no_feature_is_off,
    standing.requester_may,
    standing.tool_is_granted,
    standing.tool_is_not_denied,
    sources.arguments_come_from_where_they_may,
    amounts.currency_is_known,
    amounts.amount_is_not_negative,
    findings.blocking_checks_pass,
    findings.warning_checks_pass,
    findings.agent_marks_nothing,
    amounts.amount_is_named,
    amounts.foreign_amount_has_a_rate,
    amounts.item_is_within_its_limit,
    amounts.hard_action_has_a_limit,
    amounts.item_is_within_the_ceiling,
    amounts.agent_needs_no_second_signature,
    amounts.house_needs_no_second_signature,
    amounts.day_has_room,
    findings.confidence_is_known,
    findings.confidence_is_enough,
    findings.evidence_is_fresh,
    standing.version_is_no_canary,
    standing.run_is_within_its_spend,
    standing.agent_may_act_alone,
)


def gate(
    proposal: ProposalFacts,
    grants: Mapping[str, Grant],
    context: GateContext,
    *,
    judged_by: Sequence[Rule] = RULES,
) -> Allow | Review | Deny:
    """Judge a proposal whole; raises nothing. `grants` are the agent's, keyed by tool."""
    try:
        if fault := fault_in(proposal, grants, context):
            return Deny((Reason("malformed", fault),))
        case = Case(proposal, grants, context)
        for rule in judged_by:
            rule(case)
        return answer(case)
    except Exception as error:
        # Fail closed: what the gate cannot judge is not done, and the rule's defect is visible by its code.
        return Deny((Reason("gate_failed", f"The gate could not judge this ({type(error).__name__})"),))


def answer(case: Case) -> Allow | Review | Deny:
    """The verdict that the reasons found so far amount to."""
    if case.denials:
        return Deny(case.reasons())
    if case.blocking or case.parkings:
        return Review(case.reasons(), signatures=case.signatures, limits=uses_of(case), blocked=bool(case.blocking))
    return Allow(uses_of(case))
