"""A policy as a value: its file form, its hash, and which way a change goes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.policy import Policy, PolicyInvalid, apply, compare, hash_of

D = Decimal
PAY = Grant("invoices", "pay", Mode.AUTO, item_limit=D(10_000), min_confidence=D("0.9"), sampling_rate=D("0.1"))


def is_hard(tool: str) -> bool | None:
    return {"pay": True, "post": False}.get(tool)


def directions(old: Grant, new: Grant) -> dict[str, bool]:
    changes = compare(Policy.of([old]), Policy.of([new]), is_hard)
    return {change.cell: change.loosens for change in changes}


@pytest.mark.parametrize(
    ("cell", "value", "loosens"),
    [
        ("mode", Mode.REVIEW, False),
        ("item_limit", D(9_999), False),
        ("item_limit", D(15_000), True),
        ("item_limit", None, False),  # a hard tool without a limit does nothing alone
        ("day_limit_agent", D(1), False),
        ("min_confidence", D("0.95"), False),
        ("min_confidence", D("0.8"), True),
        ("min_confidence", None, True),
        ("second_signature_over", D(20_000), False),
        ("sampling_rate", D("0.05"), True),
        ("sampling_rate", D("0.2"), False),
    ],
)
def test_each_cell_knows_which_way_is_looser(cell, value, loosens):
    assert directions(PAY, replace(PAY, **{cell: value})) == {cell: loosens}
    assert directions(replace(PAY, **{cell: value}), PAY) == {cell: not loosens}


def test_without_a_limit_a_soft_tool_is_free_and_an_unknown_one_may_be():
    post = replace(PAY, tool="post")
    assert directions(post, replace(post, item_limit=None)) == {"item_limit": True}
    assert directions(replace(post, item_limit=None), post) == {"item_limit": False}
    unknown = replace(PAY, tool="whatever")
    assert directions(unknown, replace(unknown, item_limit=None)) == {"item_limit": True}
    assert directions(replace(unknown, item_limit=None), unknown) == {"item_limit": True}


def test_what_was_never_granted_is_denied_and_granting_it_loosens():
    assert Policy().grant("invoices", "pay").mode is Mode.DENY
    changes = compare(Policy(), Policy.of([PAY]), is_hard)
    assert {change.cell for change in changes if change.loosens} == {"mode", "item_limit"}
    assert all(not change.loosens for change in compare(Policy.of([PAY]), Policy(), is_hard) if change.cell == "mode")


def test_any_change_of_an_agent_s_rule_loosens():
    with_rule = Policy.of([PAY], {"invoices": {"unit_price_tolerance_pct": "2.0"}})
    (change,) = compare(Policy.of([PAY]), with_rule, is_hard)
    assert (change.tool, change.cell, change.new, change.loosens) == (
        "",
        "unit_price_tolerance_pct",
        "2.0",
        True,
    )
    assert apply([change], Policy.of([PAY])).rule("invoices", "unit_price_tolerance_pct", "0") == "2.0"


def test_the_same_amount_written_otherwise_is_no_change():
    assert directions(PAY, replace(PAY, item_limit=D("10000.00"))) == {}


def test_changes_apply_to_a_policy_that_moved_elsewhere_but_not_where_they_are():
    (change,) = compare(Policy.of([PAY]), Policy.of([replace(PAY, item_limit=D(15_000))]), is_hard)
    stricter = Policy.of([replace(PAY, min_confidence=D("0.95"))])
    made = apply([change], stricter).grant("invoices", "pay")
    assert (made.item_limit, made.min_confidence) == (D(15_000), D("0.95"))
    with pytest.raises(PolicyInvalid, match="in the meantime"):
        apply([change], Policy.of([replace(PAY, item_limit=D(5_000))]))


def test_a_policy_survives_the_way_through_its_file():
    policy = Policy.of([PAY, replace(PAY, tool="post")], {"invoices": {"tolerance": "1"}})
    assert Policy.from_json(policy.as_json()) == policy
    assert hash_of(policy, None) == hash_of(Policy.from_json(policy.as_json()), None)


def test_going_back_makes_a_version_of_its_own():
    policy = Policy.of([PAY])
    assert hash_of(policy, None) != hash_of(policy, hash_of(policy, None))


def granting(**cells: object) -> dict:
    return {"format": 1, "grants": [{"agent": "a", "tool": "t", **cells}]}


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ([], "no format 1"),
        ({"format": 2}, "no format 1"),
        ({"format": 1, "grant": []}, "no entry grant"),
        ({"format": 1, "grants": {}}, "are a list"),
        ({"format": 1, "grants": ["x"]}, "Grant 1 does not name"),
        (
            {"format": 1, "grants": [{"agent": "a", "tool": "t", "mode": "maybe"}]},
            r"Grant 1 \(a, t\) is malformed",
        ),
        (
            {"format": 1, "grants": [{"agent": "a", "tool": "t", "mode": "auto", "limit": "1"}]},
            "there is no limit",
        ),
        (
            {"format": 1, "grants": [{"agent": "a", "tool": "t", "mode": "auto", "item_limit": 1.5}]},
            "as text",
        ),
        (
            {"format": 1, "grants": [{"agent": "a", "tool": "t", "mode": "auto", "item_limit": "-1"}]},
            "zero or more",
        ),
        (
            {"format": 1, "grants": [{"agent": "a", "tool": "t", "mode": "auto", "item_limit": "NaN"}]},
            "zero or more",
        ),
        (
            {"format": 1, "grants": [{"agent": "a", "tool": "t", "mode": "auto", "min_confidence": "2"}]},
            "above 1",
        ),
        ({"format": 1, "grants": [{"agent": "", "tool": "t", "mode": "auto"}]}, "names an agent"),
        ({"format": 1, "grants": [{"agent": "a", "tool": "t", "mode": "auto"}] * 2}, "granted twice"),
        ({"format": 1, "rules": {"a": {"b": 1}}}, "not texts"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(file, told):
    with pytest.raises(PolicyInvalid, match=told):
        Policy.from_json(file)
