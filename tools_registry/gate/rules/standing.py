"""Whether this may be done at all, by this agent, for this requester, at this moment."""

from tools_registry.gate.case import Case
from tools_registry.gate.wording import money
from tools_registry.kinds import Mode


def nothing_is_stopped(case: Case) -> None:
    if stopped := _switched(case, case.context.stopped):
        case.deny("stopped", f"{stopped} was stopped by its kill switch")


def no_feature_is_off(case: Case) -> None:
    if off := _switched(case, case.context.features_off):
        case.deny("feature_off", f"{off} is switched off")


def requester_may(case: Case) -> None:
    if not case.context.requester_may:
        case.deny("requester_may_not", "Who asked for this run may not ask for this")


def tool_is_granted(case: Case) -> None:
    agent = case.context.agent
    for item in case.items:
        grant = item.grant
        if grant is None or (agent and grant.agent != agent):
            case.deny("not_granted", f"{item.action.tool} was never granted to this agent", "tool")


def tool_is_not_denied(case: Case) -> None:
    for item in case.items:
        if item.grant is not None and item.grant.mode is Mode.DENY:
            case.deny("denied_by_policy", f"The policy denies {item.action.tool} to this agent", "tool")


def version_is_no_canary(case: Case) -> None:
    if case.context.canary:
        case.park("canary", "This version of the agent is still on trial")


def run_is_within_its_spend(case: Case) -> None:
    spent, most = case.context.spent, case.context.spend_limit
    if most is not None and spent > most:
        base = case.context.base_currency
        case.park(
            "cost",
            f"This run has cost {money(spent, base)}, above the {money(most, base)} it may cost",
            None,
            found=str(spent),
            limit=str(most),
        )


def agent_may_act_alone(case: Case) -> None:
    for item in case.items:
        if item.grant is not None and item.grant.mode is Mode.REVIEW:
            case.park("needs_approval", f"The policy lets this agent propose {item.action.tool}, not do it alone")


def _switched(case: Case, switches: frozenset[str]) -> str:
    """Which of everything, the agent and its tools is switched, in words; empty when none is."""
    if not switches:
        return ""
    if "all" in switches:
        return "Everything"
    agents = {case.context.agent} | {item.grant.agent for item in case.items if item.grant is not None}
    tools = {item.action.tool for item in case.items}
    named = [f"Agent {name}" for name in sorted(agents) if f"agent:{name}" in switches]
    named += [f"Tool {name}" for name in sorted(tools) if f"tool:{name}" in switches]
    return " and ".join(named)
