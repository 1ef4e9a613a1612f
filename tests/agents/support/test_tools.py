"""What the agent could do at worst: its tools, by what they are."""

from __future__ import annotations

import pytest

from agentops.agents.support.loading import BadFile, put_customers, rows_of
from agentops.agents.support.workflow import SupportAgent
from tools_registry.kinds import Effect, Impact
from tools_registry.queries import current_policy
from tools_registry.registry import registry

TOOLS = [registry.get(name) for name in SupportAgent.tools]


def test_no_tool_moves_money_deletes_or_changes_rights_and_one_leaves_the_house():
    assert {spec.impact for spec in TOOLS} == {Impact.READ, Impact.WRITE, Impact.EXTERNAL}
    assert [spec.name for spec in TOOLS if spec.impact is Impact.EXTERNAL] == ["send_reply"]
    assert registry.get("send_reply").effect is Effect.ONCE


def test_the_lookup_of_a_customer_takes_nothing_that_could_name_another():
    assert registry.get("find_customer").schema["input"]["properties"] == {}


@pytest.mark.parametrize("spec", TOOLS, ids=lambda spec: spec.name)
def test_each_tool_is_called_as_its_examples_say(spec):
    assert spec.examples
    for example in spec.examples:
        spec.validate(example)


def test_the_house_begins_verify_only(house):
    grants = {grant.tool: grant.mode.value for grant in current_policy().all_grants() if grant.agent == "support"}
    assert set(grants) == set(SupportAgent.tools)
    assert [tool for tool, mode in grants.items() if mode != "auto"] == ["send_reply"]
    assert grants["send_reply"] == "review"


def test_a_file_with_a_mistake_loads_nothing_and_says_where(house, tmp_path):
    from django.utils import timezone

    from agentops.agents.support.models import Customer

    file = tmp_path / "customers.jsonl"
    file.write_text('{"number": "C-1", "name": "New"}\n{"number": "C-2", "name": "Thief", "addresses": ["x"]}\n')
    with pytest.raises(BadFile, match="Line 2: 'x' is no e-mail address"):
        put_customers(rows_of(file), now=timezone.now())
    taken = [{"number": "C-1", "name": "New", "addresses": ["marco.silva@customer.example"]}]
    with pytest.raises(BadFile, match="is the address of customer C-1001"):
        put_customers(taken, now=timezone.now())
    assert not Customer.objects.filter(number__in=["C-1", "C-2"]).exists()
