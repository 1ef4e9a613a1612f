"""A planner that wants whatever an attacker wants: no tool that was not granted ever gets into a plan."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from runs.planner.choosing_tools import relevant, tools_for
from runs.planner.shape import Draft, draft_for, names_of
from runs.planner.validating import held
from runs.policy import ALWAYS
from tests.runs.planner.conftest import PlannedShop, plan, step
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.registry import registry

AGENT = PlannedShop()
GRANTS = {name: Grant("planned", name, Mode.AUTO) for name in ("look", "note")} | {
    "sell": Grant("planned", "sell", Mode.DENY)
}
TOOLS = tools_for(AGENT, GRANTS)
ALLOWED = {"look", "note", *ALWAYS}


def test_every_tool_of_the_house_that_was_not_granted_is_refused_twice_over():
    """By the form of the answer, and by code where a provider does not keep the form."""
    wanted = sorted(set(registry.tools) - ALLOWED)
    assert len(wanted) > 20
    for name in wanted:
        body = plan(step("see", "look", {"what": "x"}), step("do", name, {}))
        with pytest.raises(ValidationError):
            draft_for(names_of(TOOLS)).model_validate(body)
        steps, problems = held(Draft.model_validate(body), tools=TOOLS, stages=AGENT.stages, given={}, most_steps=40)
        assert (steps, [one.code for one in problems if one.field == "steps.1.tool"]) == ((), ["not_granted"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.just("$ref"), inner, max_size=3)
    ),
    max_leaves=8,
)
STEP = st.fixed_dictionaries(
    {
        "name": st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
        "tool": st.sampled_from(sorted(registry.tools)) | st.text(max_size=10),
        "args": JSON.map(lambda value: orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_SUBCLASS).decode()),
        "expect": st.text(max_size=20),
        "must": st.just([]),
        "optional": st.booleans(),
        "when": st.sampled_from(["", "input.x", "see.what", "see.nothing"]) | st.text(max_size=10),
        "together": st.sampled_from(["", "a", "b"]),
    }
)


@settings(max_examples=200, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=4))
def test_whatever_is_drafted_comes_out_as_a_plan_of_granted_tools_or_as_problems(steps):
    made, problems = held(
        Draft.model_validate({"steps": steps, "why": ""}),
        tools=TOOLS,
        stages=AGENT.stages,
        given={"x": 1},
        most_steps=40,
    )
    assert bool(made) is not bool(problems)
    here = AGENT.stages.first
    for planned in made:
        assert planned.tool in ALLOWED
        assert AGENT.stages.may_move(here, planned.stage)
        assert planned.tool in ALWAYS or AGENT.stages.may_call(planned.stage, planned.tool)
        here = planned.stage


def test_of_many_tools_those_that_fit_the_goal_are_told_and_asking_a_person_always_is():
    shown = relevant([*registry.tools.values()], "Please sell the lamp and make a note about it.")
    names = {tool.name for tool in shown}
    assert len(shown) == 12
    assert names >= ALWAYS
    assert {"sell", "note"} <= names
