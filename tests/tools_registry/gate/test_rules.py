"""Each rule of the gate: an example that only it speaks to, and the proof that deleting it is noticed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tools_registry.facts import Check, Origin, Reason, Source
from tools_registry.gate import RULES, Allow, Deny, Review, gate
from tools_registry.kinds import Effect, Impact, Mode, Severity

D = Decimal
Example = Callable[[Any], tuple[Any, Any, Any]]


def with_action(**fields: Any) -> Example:
    return lambda s: (s.proposal(replace(s.payment, **fields)), s.grants, s.context)


def with_grant(**fields: Any) -> Example:
    return lambda s: (s.proposal(), s.granted(**fields), s.context)


def with_context(**fields: Any) -> Example:
    return lambda s: (s.proposal(), s.grants, replace(s.context, **fields))


def with_proposal(**fields: Any) -> Example:
    return lambda s: (s.proposal(**fields), s.grants, s.context)


def with_sink(source: Source, allowed: tuple[Source, ...] = (Source.MASTER,)) -> Example:
    return with_action(origins={"account": Origin(source)}, sinks={"account": frozenset(allowed)})


def house(**fields: Any) -> Example:
    return lambda s: (s.proposal(), s.grants, replace(s.context, house=replace(s.context.house, **fields)))


FAILED = Check("account", "iban", "DE1", "DE2", False, Severity.WARNS, "bank_account_changed", "Another account")
MARK = Reason("possible_duplicate", "Looks like invoice 7")

# name of the rule -> an example, the verdict it must get, a reason that must be among its reasons, signatures
EXAMPLES: dict[str, list[tuple[Example, type, str, int]]] = {
    "nothing_is_stopped": [
        (with_context(stopped=frozenset({"all"})), Deny, "stopped", 0),
        (with_context(stopped=frozenset({"agent:invoices"})), Deny, "stopped", 0),
        (with_context(stopped=frozenset({"tool:pay"})), Deny, "stopped", 0),
        (with_context(agent="", stopped=frozenset({"agent:invoices"})), Deny, "stopped", 0),
    ],
    "no_feature_is_off": [(with_context(features_off=frozenset({"tool:pay"})), Deny, "feature_off", 0)],
    "requester_may": [(with_context(requester_may=False), Deny, "requester_may_not", 0)],
    "tool_is_granted": [
        (lambda s: (s.proposal(), {}, s.context), Deny, "not_granted", 0),
        (with_context(agent="support"), Deny, "not_granted", 0),
    ],
    "arguments_come_from_where_they_may": [
        (with_sink(Source.DOCUMENT), Deny, "forbidden_source", 0),
        (with_sink(Source.MODEL), Deny, "forbidden_source", 0),
        (with_sink(Source.USER), Deny, "forbidden_source", 0),
        (with_sink(Source.POLICY), Deny, "forbidden_source", 0),
        (with_action(sinks={"account": frozenset({Source.MASTER})}), Deny, "forbidden_source", 0),
        (with_sink(Source.MASTER, allowed=()), Deny, "forbidden_source", 0),
    ],
    "tool_is_not_denied": [(with_grant(mode=Mode.DENY), Deny, "denied_by_policy", 0)],
    "currency_is_known": [
        (with_action(currency=None), Deny, "wrong_currency", 0),
        (with_action(currency="euro"), Deny, "wrong_currency", 0),
        (with_action(currency=""), Deny, "wrong_currency", 0),
    ],
    "amount_is_not_negative": [
        (with_action(amount=D("-1"), converted=D("-1")), Deny, "negative_amount", 0),
        (with_action(amount=D("5"), currency="USD", converted=D("-1")), Deny, "negative_amount", 0),
        (
            lambda s: (s.proposal(replace(s.posting, amount=D(-5), converted=D(-5))), s.grants, s.context),
            Review,
            "negative_total",
            1,
        ),
    ],
    "blocking_checks_pass": [
        (
            with_proposal(checks=(replace(FAILED, severity=Severity.BLOCKS),)),
            Review,
            "bank_account_changed",
            1,
        ),
    ],
    "warning_checks_pass": [(with_proposal(checks=(FAILED,)), Review, "bank_account_changed", 1)],
    "agent_marks_nothing": [(with_proposal(marks=(MARK,)), Review, "possible_duplicate", 1)],
    "amount_is_named": [
        (with_action(amount=None, currency=None, converted=None), Review, "amount_missing", 2),
        (
            with_action(impact=Impact.ACCESS, amount=None, currency=None, converted=None),
            Review,
            "amount_missing",
            2,
        ),
        (
            lambda s: (
                s.proposal(replace(s.posting, amount=None, currency=None, converted=None)),
                s.grants,
                s.context,
            ),
            Review,
            "amount_missing",
            1,
        ),
    ],
    "foreign_amount_has_a_rate": [(with_action(currency="XAU", converted=None), Review, "no_exchange_rate", 2)],
    "item_is_within_its_limit": [
        (with_action(amount=D("10000.01"), converted=D("10000.01")), Review, "amount_over_limit", 1),
        (with_action(amount=D("9000"), currency="GBP", converted=D("10500")), Review, "amount_over_limit", 1),
        (with_action(amount=D("12000"), currency="USD", converted=D("9000")), Review, "amount_over_limit", 1),
        (
            lambda s: (
                s.proposal(
                    replace(s.payment, amount=D(6000), converted=D(6000)),
                    replace(s.payment, amount=D(6000), converted=D(6000), reference="payment:2"),
                ),
                s.grants,
                s.context,
            ),
            Review,
            "amount_over_limit",
            1,
        ),
    ],
    "hard_action_has_a_limit": [(with_grant(item_limit=None), Review, "no_limit_set", 1)],
    "item_is_within_the_ceiling": [(house(item_limit=D("99.99")), Review, "above_house_ceiling", 1)],
    "agent_needs_no_second_signature": [(with_grant(second_signature_over=D(99)), Review, "second_signature", 2)],
    "house_needs_no_second_signature": [(house(second_signature_over=D(99)), Review, "second_signature", 2)],
    "day_has_room": [
        (
            with_context(used={"counterparty_day:invoices/pay/vendor:7": D("19900.01")}),
            Review,
            "cumulative_limit",
            1,
        ),
        (with_context(used={"order_day:invoices/pay/po:3": D("19900.01")}), Review, "cumulative_limit", 1),
        (
            with_context(used={"agent_day:invoices/pay/invoices": D("99900.01")}),
            Review,
            "cumulative_limit",
            1,
        ),
        (with_context(used={"agent_day:invoices/pay/invoices": "much"}), Review, "cumulative_limit", 1),
        (with_action(counterparty=None), Review, "cumulative_limit", 1),
        (with_action(order=""), Review, "cumulative_limit", 1),
    ],
    "confidence_is_known": [(with_proposal(confidence=None), Review, "confidence_unknown", 1)],
    "confidence_is_enough": [(with_proposal(confidence=D("0.8999")), Review, "low_confidence", 1)],
    "evidence_is_fresh": [
        (
            lambda s: (
                s.proposal(replace(s.payment, evidence_at=s.context.now - timedelta(minutes=61))),
                s.grants,
                s.context,
            ),
            Review,
            "stale_evidence",
            1,
        ),
    ],
    "version_is_no_canary": [(with_context(canary=True), Review, "canary", 1)],
    "run_is_within_its_spend": [(with_context(spent=D("0.51"), spend_limit=D("0.50")), Review, "cost", 1)],
    "agent_may_act_alone": [(with_grant(mode=Mode.REVIEW), Review, "needs_approval", 1)],
}
CASES = [(rule, *example) for rule, examples in EXAMPLES.items() for example in examples]


def test_a_clean_proposal_is_allowed_and_names_what_it_uses_of_the_limits(scene):
    verdict = gate(scene.proposal(), scene.grants, scene.context)
    assert isinstance(verdict, Allow)
    assert {use.key: use.amount for use in verdict.limits} == {
        "counterparty_day:invoices/pay/vendor:7": D("100.00"),
        "order_day:invoices/pay/po:3": D("100.00"),
        "agent_day:invoices/pay/invoices": D("100.00"),
    }


def test_every_rule_has_an_example():
    assert {rule.__name__ for rule in RULES} == set(EXAMPLES)


@pytest.mark.parametrize(("rule", "example", "verdict", "code", "signatures"), CASES)
def test_a_rule_speaks(scene, rule, example, verdict, code, signatures):
    answer = gate(*example(scene))
    assert isinstance(answer, verdict)
    assert code in {reason.code for reason in answer.reasons}
    assert answer.signatures == signatures


@pytest.mark.parametrize("deleted", [rule.__name__ for rule in RULES])
def test_deleting_any_one_rule_is_noticed(scene, deleted):
    rest = [rule for rule in RULES if rule.__name__ != deleted]
    noticed = []
    for example, verdict, code, signatures in EXAMPLES[deleted]:
        answer = gate(*example(scene), judged_by=rest)
        still_right = isinstance(answer, verdict) and answer.signatures == signatures
        noticed.append(not still_right or code not in {reason.code for reason in answer.reasons})
    assert any(noticed)


# A rule that only adds a reason to what others stop anyway would be noticed above by its code alone;
# these must turn the verdict itself.
@pytest.mark.parametrize("deleted", [rule.__name__ for rule in RULES])
def test_every_rule_alone_can_keep_a_proposal_from_being_done_alone(scene, deleted):
    rest = [rule for rule in RULES if rule.__name__ != deleted]
    answers = [(gate(*example(scene)), gate(*example(scene), judged_by=rest)) for example, *_ in EXAMPLES[deleted]]
    assert any(not isinstance(with_it, Allow) and isinstance(without, Allow) for with_it, without in answers)


def test_an_argument_from_where_its_tool_lets_it_come_from_is_no_matter(scene):
    assert isinstance(gate(*with_sink(Source.MASTER)(scene)), Allow)
    assert isinstance(gate(*with_sink(Source.USER, allowed=(Source.MASTER, Source.USER))(scene)), Allow)


def test_a_failed_blocking_check_can_not_be_signed_away(scene):
    verdict = gate(*with_proposal(checks=(replace(FAILED, severity=Severity.BLOCKS),))(scene))
    assert isinstance(verdict, Review)
    assert verdict.blocked
    assert not gate(*with_proposal(checks=(FAILED,))(scene)).blocked


def test_reasons_accumulate_once_each_and_urgent_ones_come_first(scene):
    personal = Reason("personal_data", "Names a patient")
    told = (MARK, personal, MARK)
    proposal = scene.proposal(
        replace(scene.payment, amount=D("18240"), converted=D("18240")),
        replace(scene.posting, amount=D("18240"), converted=D("18240")),
        marks=told,
        checks=(FAILED, replace(FAILED, severity=Severity.BLOCKS, code="closed_period")),
    )
    verdict = gate(proposal, scene.grants, scene.context)
    assert [reason.code for reason in verdict.reasons] == [
        "personal_data",
        "closed_period",
        "bank_account_changed",
        "possible_duplicate",
        "amount_over_limit",
    ]
    assert verdict.urgent
    assert verdict.reasons[0].urgent


def test_a_reason_says_what_was_found_and_what_the_limit_is(scene):
    verdict = gate(*with_action(amount=D("18240"), converted=D("18240"))(scene))
    (reason,) = verdict.reasons
    assert reason.sentence == "Amount 18,240.00 EUR is above the limit of 10,000.00 EUR"
    assert reason.field == "amount"
    assert reason.numbers == {"found": "18240", "limit": "10000"}


def test_a_converted_amount_is_told_beside_its_face_value(scene):
    verdict = gate(*with_action(amount=D("9000"), currency="GBP", converted=D("10500"))(scene))
    assert verdict.reasons[0].sentence == (
        "Amount 9,000.00 GBP, which is 10,500.00 EUR, is above the limit of 10,000.00 EUR"
    )


def test_an_amount_a_hair_above_the_limit_is_not_told_as_the_limit(scene):
    verdict = gate(*with_action(amount=D("10000.001"), converted=D("10000.001"))(scene))
    assert verdict.reasons[0].sentence == "Amount 10,000.01 EUR is above the limit of 10,000.00 EUR"


def test_payments_of_one_proposal_are_counted_together(scene):
    twice = [replace(scene.payment, amount=D(6000), converted=D(6000), reference=f"p:{n}") for n in (1, 2)]
    verdict = gate(scene.proposal(*twice), scene.grants, scene.context)
    assert verdict.reasons[0].sentence == ("Amounts of together 12,000.00 EUR are above the limit of 10,000.00 EUR")
    assert {use.amount for use in verdict.limits} == {D(12000)}


def test_a_posting_and_its_payment_are_not_counted_twice(scene):
    actions = [replace(a, amount=D(6000), converted=D(6000)) for a in (scene.posting, scene.payment)]
    assert isinstance(gate(scene.proposal(*actions), scene.grants, scene.context), Allow)


def test_a_denial_tells_the_reasons_for_review_too(scene):
    verdict = gate(*with_context(stopped=frozenset({"all"}), canary=True)(scene))
    assert [reason.code for reason in verdict.reasons] == ["stopped", "canary"]


def test_what_a_person_must_approve_anyway_is_not_held_against_the_day(scene):
    proposal, grants, context = with_grant(mode=Mode.REVIEW)(scene)
    context = replace(context, used={"agent_day:invoices/pay/invoices": D("100000")})
    assert [reason.code for reason in gate(proposal, grants, context).reasons] == ["needs_approval"]


def test_a_read_needs_neither_amount_nor_limit(scene):
    read = replace(
        scene.payment, tool="find", impact=Impact.READ, effect=Effect.READ, reference=None,
        amount=None, currency=None, converted=None,
    )  # fmt: skip
    grants = {"find": replace(scene.grants["pay"], tool="find", item_limit=D(5), min_confidence=None)}
    assert isinstance(gate(scene.proposal(read), grants, scene.context), Allow)
