"""The operator's page of what is unlike itself: misuse of tools and money of agents beside the weeks before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agentops.core.permissions import Role
from runs.models import AgentVersion, ToolCall

pytestmark = pytest.mark.django_db


def test_an_operator_sees_which_tool_is_misused_as_never_before_and_which_agent_spends(browse, start_run):
    run, cheap = start_run(spent_cost=9_000), timezone.now() - timedelta(days=9)
    for _ in range(5):
        start_run(spent_cost=9_000)
        start_run(spent_cost=10, created_at=cheap)
    for number in range(16):
        late = number >= 8
        ToolCall.objects.create(
            run=run, revision=1, seq=number, attempt=1, tool="look", tool_version="v" * 64, input={}, epoch=1,
            result="failed" if late else "value", error="source_away: <b>gone</b>" if late else "",
            started_at=timezone.now() if late else cheap, duration_ms=1,
        )  # fmt: skip
    newcomer = AgentVersion.objects.create(hash="c" * 64, agent="support", body={})
    for _ in range(6):  # expensive from its first day on: unlike nothing
        start_run(spent_cost=9_000, agent="support", version=newcomer)
    operator = browse(Role.OPERATOR)
    page = operator.get("/runs/unusual/").text
    tool = page[page.index("<code>look</code>") :].partition("</tr>")[0]
    assert [told in tool for told in ("unusual", ">8<", "100.0%", "0.0%", "source_away")] == [True] * 5
    assert "<b>gone" not in page
    assert "2 of these are unlike themselves." in page
    assert [told in page for told in ("0.00900", "0.00001")] == [True, True]
    assert '<a href="?days=7" aria-current="page">' in operator.get("/runs/unusual/", {"days": "7"}).text
    assert operator.get("/runs/unusual/", {"days": "9' OR 1"}).status_code == 200  # as if nothing had been asked
    assert 'href="/runs/unusual/"' in operator.get("/runs/").text
    assert 'href="/runs/unusual/"' not in browse(Role.REVIEWER).get("/runs/").text
