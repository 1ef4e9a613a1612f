"""The permission matrix: seeing, tightening, loosening with two people, files, and the kill switches."""

import json
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone

from agentops.core.audit.queries import stream_of
from agentops.core.permissions import Role
from runs.agents import agents
from tools_registry import services
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.models import PendingPolicy, Switch
from tools_registry.policy import Policy
from tools_registry.queries import current_policy

AGENT = "invoices"


@pytest.fixture
def tool():
    """A tool of the first agent here."""
    return agents.get(AGENT).tools[0]


@pytest.fixture
def granted(db, tool):
    """The agent may use the tool alone up to 10,000."""
    grant = Grant(AGENT, tool, Mode.AUTO, item_limit=Decimal(10_000))
    services.change_policy_by_command(to=Policy().with_grant(grant), why="start", now=timezone.now())


@pytest.fixture
def change(tool):
    """Sends the editor of the cell."""

    def send(client, mode="auto", why="volume has doubled", **limits):
        return client.post(f"/permissions/cells/{AGENT}/{tool}/", {"mode": mode, "why": why, **limits})

    return send


def limit(tool):
    return current_policy().grant(AGENT, tool).item_limit


def test_the_matrix_shows_every_tool_of_every_agent_with_its_limits(browse, granted):
    page = browse(Role.POLICY_ADMIN).get("/permissions/").text
    assert all(tool in page for agent in agents for tool in agent.tools)
    assert "up to 10,000.00 EUR" in page


def test_an_auditor_sees_the_matrix_and_no_way_to_change_it(browse, granted):
    page = browse(Role.AUDITOR).get("/permissions/").text
    assert "up to 10,000.00 EUR" in page
    assert "hx-get" not in page
    assert "Kill switch" not in page
    assert "Import" not in page


def test_tightening_applies_at_once(browse, granted, change, tool):
    answer = change(browse(Role.POLICY_ADMIN), item_limit="5,000")
    assert answer.status_code == 302
    assert limit(tool) == 5000
    assert stream_of("policy")[-1].action == "policy.changed"


def test_loosening_waits_until_a_second_administrator_confirms(browse, granted, change, tool):
    asker, other = browse(Role.POLICY_ADMIN), browse(Role.POLICY_ADMIN)
    change(asker, item_limit="15000")
    assert limit(tool) == 10_000
    pending = PendingPolicy.objects.get()

    assert "somebody else confirms it" in asker.get("/permissions/").text
    asker.post(f"/permissions/pending/{pending.pk}/", {"answer": "confirm"})
    assert limit(tool) == 10_000, "nobody confirms their own wish"

    assert "10,000.00 EUR</del>" in other.get("/permissions/").text
    other.post(f"/permissions/pending/{pending.pk}/", {"answer": "confirm"})
    assert limit(tool) == 15_000


def test_a_refused_change_is_gone(browse, granted, change, tool):
    change(browse(Role.POLICY_ADMIN), item_limit="15000")
    other = browse(Role.POLICY_ADMIN)
    other.post(f"/permissions/pending/{PendingPolicy.objects.get().pk}/", {"answer": "refuse"})
    assert limit(tool) == 10_000
    assert "wait" not in other.get("/permissions/").text.split("</table>")[1].split("<dialog")[0].replace(
        "awaiting", ""
    )


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"item_limit": "-1"}, "greater than or equal to 0"),
        ({"item_limit": "1.000,00"}, "Enter a number"),
        ({"item_limit": "NaN"}, "Enter a number"),
        ({"min_confidence": "1.5"}, "less than or equal to 1"),
        ({"why": ""}, "required"),
        ({"mode": "god"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_the_cell_and_kept_as_typed(browse, granted, change, limits, said, tool):
    answer = change(browse(Role.POLICY_ADMIN, htmx=True), **limits)
    assert answer.status_code == 422
    assert said in answer.text
    assert answer.text.lstrip().startswith("<td")
    assert limit(tool) == 10_000


def test_to_htmx_a_change_answers_with_the_cell_the_pending_list_and_a_toast(browse, granted, change):
    answer = change(browse(Role.POLICY_ADMIN, htmx=True), item_limit="5000").text
    assert answer.lstrip().startswith("<td")
    assert "up to 5,000.00 EUR" in answer
    assert 'id="toasts"' in answer
    assert answer.count("hx-swap-oob") == 2


def test_without_scripts_the_editor_lies_open_on_the_whole_page(browse, granted, tool):
    page = browse(Role.POLICY_ADMIN).get(f"/permissions/?agent={AGENT}&tool={tool}").text
    assert page.count('class="cell-edit"') == 1
    assert 'value="10000"' in page


def test_somebody_who_looked_at_an_older_policy_is_told_so(browse, granted, change, tool):
    seen = current_policy().hash
    change(browse(Role.POLICY_ADMIN), item_limit="5000")
    answer = change(browse(Role.POLICY_ADMIN, htmx=True), item_limit="4000", seen=seen)
    assert answer.status_code == 422
    assert "changed while you looked" in answer.text
    assert limit(tool) == 5000


def test_a_policy_goes_out_as_a_file_and_comes_in_again(browse, granted, tool):
    client = browse(Role.POLICY_ADMIN)
    out = client.get("/permissions/policy.json")
    assert out["Content-Disposition"].startswith("attachment")
    data = json.loads(out.content)
    data["grants"][0]["item_limit"] = "7000"
    given = BytesIO(json.dumps(data).encode())
    given.name = "policy.json"
    assert client.post("/permissions/import/", {"file": given, "why": "from the file"}).status_code == 302
    assert limit(tool) == 7000


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"format": 2}', b"[" * 100_000])
def test_a_file_that_is_no_policy_changes_nothing_and_says_why(browse, granted, tool, content):
    given = BytesIO(content)
    given.name = "policy.json"
    answer = browse(Role.POLICY_ADMIN).post("/permissions/import/", {"file": given, "why": "from the file"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert limit(tool) == 10_000


def test_one_person_stops_and_two_let_it_run_again(browse, db):
    operator, one, two = browse(Role.OPERATOR), browse(Role.POLICY_ADMIN), browse(Role.POLICY_ADMIN)
    operator.post("/permissions/stop/", {"scope": f"agent:{AGENT}", "why": "wrong postings"})
    assert "wrong postings" in one.get("/permissions/").text
    assert operator.post("/permissions/release/", {"scope": f"agent:{AGENT}"}).status_code == 403

    one.post("/permissions/release/", {"scope": f"agent:{AGENT}"})
    one.post("/permissions/release/", {"scope": f"agent:{AGENT}"})
    assert Switch.objects.exists(), "the same person twice is one person"
    two.post("/permissions/release/", {"scope": f"agent:{AGENT}"})
    assert not Switch.objects.exists()


def test_stopping_without_a_reason_or_something_unknown_stops_nothing(browse, db):
    client = browse(Role.OPERATOR)
    client.post("/permissions/stop/", {"scope": "all", "why": ""})
    client.post("/permissions/stop/", {"scope": "planet:earth", "why": "because"})
    assert not Switch.objects.exists()


def test_a_tool_has_a_page_with_its_promise(browse, granted, tool):
    page = browse(Role.OPERATOR).get(f"/permissions/tools/{tool}/").text
    assert "Input schema" in page
    assert "up to 10,000.00 EUR" in page


def test_the_matrix_costs_few_queries(browse, granted, django_assert_max_num_queries):
    client = browse(Role.POLICY_ADMIN)
    client.get("/permissions/")
    with django_assert_max_num_queries(10):
        client.get("/permissions/")
