"""Export and import of the policy as a file."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tools_registry import queries, services
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.policy import Policy

pytestmark = pytest.mark.django_db
POLICY = Policy.of([Grant("invoices", "pay", Mode.AUTO, item_limit=Decimal("10000.00"))])


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_what_is_exported_can_be_imported(now, tmp_path):
    services.change_policy_by_command(to=POLICY, why="", now=now)
    file = tmp_path / "policy.json"
    file.write_text(run("policy_export"))
    assert run("policy_import", str(file)) == "Nothing changed.\n"

    changed = json.loads(file.read_text())
    changed["grants"][0]["item_limit"] = "12000.00"
    file.write_text(json.dumps(changed))
    assert run("policy_import", str(file), "--why", "more") == "1 changes apply now.\n"
    assert queries.current_policy().grant("invoices", "pay").item_limit == 12000
    assert queries.policy_history()[0].why == "more"


def test_after_a_person_confirmed_one_the_command_says_that_it_waits(ines, henrik, now, tmp_path):
    pending = services.propose_policy(to=POLICY, author=ines, why="", now=now).pending
    services.confirm_policy(pending_id=pending.id, confirmer=henrik, now=now)
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(Policy().as_json()))
    assert "wait for a policy administrator" in run("policy_import", str(file))
    assert queries.current_policy().grant("invoices", "pay").mode is Mode.AUTO


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1, "grants": [1]}'])
def test_a_wrong_file_changes_nothing_and_is_told(text, tmp_path):
    file = tmp_path / "policy.json"
    file.write_text(text)
    with pytest.raises(CommandError, match="nothing changed"):
        run("policy_import", str(file))
    with pytest.raises(CommandError, match="nothing changed"):
        run("policy_import", str(tmp_path / "none.json"))
