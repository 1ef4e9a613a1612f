"""What holds for every proposal: the gate is total, monotone, and never lets money pass its limit."""

import dataclasses
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools_registry.facts import (
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
from tools_registry.gate import Allow, Deny, Review, gate
from tools_registry.kinds import HARD_IMPACTS, Effect, Impact, Mode, Severity
from tools_registry.policy import Policy, compare

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COUNTERS = ["agent_day:invoices/pay/invoices", "counterparty_day:invoices/pay/vendor:1"]
TOOLS = ("pay", "post", "grant_access")

amounts = st.decimals(min_value=0, max_value=200_000, places=2)
maybe_amount = st.none() | amounts
shares = st.decimals(min_value=0, max_value=1, places=3)
whom = st.sampled_from([None, "vendor:1", "vendor:2"])
reasons = st.builds(Reason, st.sampled_from(["duplicate", "personal_data"]), st.just("It looks so"))
checks = st.builds(
    Check, st.just("total"), st.just("gross"), st.just("1"), st.just("2"), st.booleans(),
    st.sampled_from(Severity), st.sampled_from(["total_variance", "bank_account_changed"]),
)  # fmt: skip


arguments = st.sampled_from(["account", "vendor", "to"])
origins = st.builds(Origin, st.sampled_from(Source), st.booleans())


@st.composite
def actions(draw) -> ActionFacts:
    impact = draw(st.sampled_from(Impact))
    effects = [Effect.READ] if impact is Impact.READ else [kind for kind in Effect if kind is not Effect.READ]
    amount = draw(maybe_amount)
    return ActionFacts(
        tool=draw(st.sampled_from(TOOLS)),
        tool_version="v",
        impact=impact,
        effect=draw(st.sampled_from(effects)),
        args={},
        reference="r:1",
        amount=amount,
        currency=None if amount is None else draw(st.sampled_from(["EUR", "USD", "XAU"])),
        converted=None if amount is None else draw(maybe_amount),
        counterparty=draw(whom),
        order=draw(whom),
        evidence_at=draw(st.none() | st.integers(0, 200).map(lambda m: NOW - timedelta(minutes=m))),
        origins=draw(st.dictionaries(arguments, origins)),
        sinks=draw(st.dictionaries(arguments, st.frozensets(st.sampled_from(Source)))),
    )


proposals = st.builds(
    ProposalFacts,
    st.lists(actions(), min_size=1, max_size=3).map(tuple),
    st.lists(checks, max_size=2).map(tuple),
    st.none() | shares,
    st.lists(reasons, max_size=2).map(tuple),
)


def granted(tool: str) -> st.SearchStrategy[Grant]:
    limits = [maybe_amount] * 4 + [st.none() | shares, maybe_amount, shares]
    return st.builds(Grant, st.just("invoices"), st.just(tool), st.sampled_from(Mode), *limits)


grant_tables = st.fixed_dictionaries({}, optional={tool: granted(tool) for tool in TOOLS})
contexts = st.builds(
    GateContext,
    now=st.just(NOW),
    house=st.builds(HouseCeiling, amounts, amounts, st.integers(0, 200).map(lambda m: timedelta(minutes=m))),
    stopped=st.sampled_from([frozenset(), frozenset(), frozenset({"tool:pay"})]),
    used=st.dictionaries(
        st.sampled_from(["agent_day:invoices/pay/invoices", "counterparty_day:invoices/pay/vendor:1"]),
        amounts,
    ),
    requester_may=st.sampled_from([True, True, True, False]),
    agent=st.just("invoices"),
    canary=st.sampled_from([False, False, True]),
    spent=amounts,
    spend_limit=maybe_amount,
)
# Proposals from which one step away matters: mostly clean, mostly allowed.
clean_actions = st.builds(
    ActionFacts, st.just("pay"), st.just("v"), st.just(Impact.MONEY), st.just(Effect.ONCE), st.just({}),
    st.just("r:1"), st.decimals(0, 30_000, places=2), st.just("EUR"), st.none(), st.just("vendor:1"),
    st.just("po:1"), st.just(NOW),
)  # fmt: skip
clean_proposals = st.builds(
    ProposalFacts,
    st.lists(clean_actions, min_size=1, max_size=2).map(tuple),
    confidence=st.decimals("0.8", 1, places=3),
)
clean_grants = st.fixed_dictionaries(
    {
        "pay": st.builds(
            Grant,
            st.just("invoices"),
            st.just("pay"),
            st.sampled_from([Mode.AUTO, Mode.AUTO, Mode.REVIEW]),
            item_limit=st.decimals(0, 40_000, places=2),
            day_limit_agent=maybe_amount,
            min_confidence=st.none() | st.decimals("0.8", 1, places=3),
            second_signature_over=maybe_amount,
        )
    }
)  # fmt: skip
clean_contexts = st.builds(
    GateContext,
    now=st.just(NOW),
    house=st.builds(HouseCeiling, st.decimals(0, 60_000, places=2), st.decimals(0, 60_000, places=2)),
    used=st.dictionaries(st.just("agent_day:invoices/pay/invoices"), amounts),
    requester_may=st.just(True),
    agent=st.just("invoices"),
)
judged = st.tuples(proposals, grant_tables, contexts) | st.tuples(clean_proposals, clean_grants, clean_contexts)


def strictness(verdict: Allow | Review | Deny) -> tuple[int, int, int]:
    """A larger one is stricter: the verdict, whether it can be signed at all, how many must sign."""
    if isinstance(verdict, Deny):
        return (2, 0, 0)
    return (1, int(verdict.blocked), verdict.signatures) if isinstance(verdict, Review) else (0, 0, 0)


def never_laxer(before: tuple[Any, Any, Any], after: tuple[Any, Any, Any]) -> None:
    assert strictness(gate(*after)) >= strictness(gate(*before))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.decimals() | st.datetimes() | st.just(object())
    | st.sampled_from([*Impact, *Effect, *Mode, *Severity]),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def spoiled(draw, whole: Any) -> Any:
    """A value with one field, somewhere inside, replaced by anything at all."""
    if isinstance(whole, tuple) and whole:
        place = draw(st.integers(0, len(whole) - 1))
        return (*whole[:place], draw(spoiled(whole[place])), *whole[place + 1 :])
    if isinstance(whole, dict) and whole:
        key = draw(st.sampled_from(sorted(whole)))
        return {**whole, key: draw(spoiled(whole[key]))}
    if dataclasses.is_dataclass(whole):
        name = draw(st.sampled_from([field.name for field in dataclasses.fields(whole)]))
        return replace(whole, **{name: draw(spoiled(getattr(whole, name)))})
    return draw(anything)


@QUICK
@given(anything, anything, anything)
def test_the_gate_answers_anything_with_a_denial(proposal, grants, context):
    assert isinstance(gate(proposal, grants, context), Deny)


@settings(QUICK, max_examples=500)
@given(st.data(), judged)
def test_the_gate_answers_whatever_is_spoiled_and_never_more_laxly_than_it_can_justify(data, case):
    proposal, grants, context = data.draw(spoiled(case))
    verdict = gate(proposal, grants, context)
    assert isinstance(verdict, Allow | Review | Deny)
    assert not [reason.sentence for reason in verdict.reasons if reason.code == "gate_failed"]
    if isinstance(verdict, Allow):
        money_is_within_its_limits(proposal, grants, context)


@settings(QUICK, max_examples=500)
@given(judged)
def test_no_money_passes_its_limit_or_the_ceiling_alone(case):
    if isinstance(gate(*case), Allow):
        money_is_within_its_limits(*case)


@settings(QUICK, max_examples=300)
@given(judged)
def test_no_argument_from_a_forbidden_source_reaches_its_tool_whoever_would_sign(case):
    flows = [(action.origins.get(name), may) for action in case[0].actions for name, may in action.sinks.items()]
    if any(origin is None or origin.source not in may for origin, may in flows):
        assert isinstance(gate(*case), Deny)


def money_is_within_its_limits(proposal: Any, grants: Any, context: Any) -> None:
    for action in proposal.actions:
        grant = grants[action.tool]
        assert grant.mode is Mode.AUTO
        if action.impact in HARD_IMPACTS:
            assert grant.item_limit is not None
            for value in (action.amount, action.converted or action.amount):
                assert Decimal(0) <= value <= min(grant.item_limit, context.house.item_limit)


@QUICK
@given(judged)
def test_money_above_the_house_s_amount_takes_two_signatures(case):
    verdict = gate(*case)
    proposal, _, context = case
    above = [a for a in proposal.actions if a.amount and a.amount > context.house.second_signature_over]
    if above and isinstance(verdict, Review):
        assert verdict.signatures == 2


@QUICK
@given(judged, amounts, st.integers(0, 2))
def test_a_larger_amount_never_makes_it_laxer(case, more, place):
    proposal, grants, context = case
    index = place % len(proposal.actions)
    action = proposal.actions[index]
    if action.amount is None:
        return
    larger = replace(
        action,
        amount=action.amount + more,
        converted=None if action.converted is None else action.converted + more,
    )
    changed = (*proposal.actions[:index], larger, *proposal.actions[index + 1 :])
    never_laxer(case, (replace(proposal, actions=changed), grants, context))


@QUICK
@given(judged, shares)
def test_a_lower_confidence_never_makes_it_laxer(case, lower):
    proposal, grants, context = case
    if proposal.confidence is not None:
        never_laxer(case, (replace(proposal, confidence=min(lower, proposal.confidence)), grants, context))
        never_laxer(case, (replace(proposal, confidence=None), grants, context))


@QUICK
@given(judged, checks, reasons)
def test_a_failed_check_or_a_mark_never_makes_it_laxer(case, check, mark):
    proposal, grants, context = case
    failed = replace(check, passed=False)
    never_laxer(case, (replace(proposal, checks=(*proposal.checks, failed)), grants, context))
    never_laxer(case, (replace(proposal, marks=(*proposal.marks, mark)), grants, context))


@QUICK
@given(judged, st.sampled_from(TOOLS))
def test_a_grant_taken_away_never_makes_it_laxer(case, tool):
    proposal, grants, context = case
    never_laxer(case, (proposal, {name: grants[name] for name in grants if name != tool}, context))


@settings(QUICK, max_examples=500)
@given(judged, st.data())
def test_what_a_policy_calls_tightening_never_makes_it_laxer(case, data):
    proposal, grants, context = case
    tool = data.draw(st.sampled_from(sorted(grants) or ["pay"]))
    other = data.draw(granted(tool))
    changed = {**grants, tool: other}
    impacts = {action.impact in HARD_IMPACTS for action in proposal.actions if action.tool == tool}
    if len(impacts) > 1:  # a tool has one impact
        return
    hard = {tool: impacts.pop() if impacts else None}
    changes = compare(Policy.of(grants.values()), Policy.of(changed.values()), hard.get)
    if not any(change.loosens for change in changes):
        never_laxer(case, (proposal, changed, context))


@QUICK
@given(judged, amounts)
def test_a_lower_ceiling_never_makes_it_laxer(case, lower):
    proposal, grants, context = case
    for name in ("item_limit", "second_signature_over"):
        house = replace(context.house, **{name: min(lower, getattr(context.house, name))})
        never_laxer(case, (proposal, grants, replace(context, house=house)))


@QUICK
@given(judged, st.integers(0, 300))
def test_older_evidence_a_switch_and_a_fuller_day_never_make_it_laxer(case, minutes):
    proposal, grants, context = case
    later = replace(context, now=context.now + timedelta(minutes=minutes))
    fuller = {key: value + minutes for key, value in context.used.items()}
    for stricter in (
        replace(later, today=context.now.date()),
        replace(context, stopped=context.stopped | {"tool:post"}),
        replace(context, requester_may=False),
        replace(context, used=fuller),
        replace(context, canary=True),
    ):
        never_laxer(case, (proposal, grants, stricter))


@QUICK
@given(judged)
def test_facts_survive_the_way_through_json(case):
    proposal, grants, context = case
    assert ProposalFacts.from_json(proposal.as_json()) == proposal
    assert all(Grant.from_json(grant.as_json()) == grant for grant in grants.values())
    assert HouseCeiling.from_json(context.house.as_json()) == context.house
    verdict = gate(*case)
    assert all(Reason.from_json(reason.as_json()) == reason for reason in verdict.reasons)


def test_the_thread_s_decimal_context_changes_nothing():
    from decimal import ROUND_FLOOR, localcontext

    action = ActionFacts(
        "pay", "v", Impact.MONEY, Effect.ONCE, {}, "r:1", Decimal("10000.01"), "EUR", None, "v:1", "o:1", NOW
    )
    grants = {"pay": Grant("invoices", "pay", Mode.AUTO, Decimal(10_000), day_limit_agent=Decimal(10_000))}
    context = GateContext(NOW, HouseCeiling(Decimal(10_000), Decimal(10_000)), requester_may=True)
    usual = gate(ProposalFacts((action,)), grants, context)
    with localcontext(prec=2, rounding=ROUND_FLOOR):
        assert gate(ProposalFacts((action,)), grants, context) == usual
    assert isinstance(usual, Review)
