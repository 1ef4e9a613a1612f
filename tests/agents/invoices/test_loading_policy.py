"""A policy by command: its file becomes grants and rules, and never loosens what people confirmed."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError

from agentops.agents.invoices.policy import business_day, tolerances
from agentops.core.permissions import Role
from tools_registry.kinds import Mode
from tools_registry.models import PolicyVersion
from tools_registry.queries import current_policy, waiting_policies

from .people import confirm_a_policy, person

pytestmark = pytest.mark.django_db
D = Decimal
POLICY = {"approval_limit_gross": "10000.00", "our_company": "Nordlicht Handels GmbH", "as_of": "2026-11-20"}


def test_a_policy_file_becomes_grants_and_rules(load, shared):
    text = (shared / "data/invoices/policy.json").read_text()
    assert "apply now" in load("load_policy", text)
    post = current_policy().grant("invoices", "post_to_accounting")
    pay = current_policy().grant("invoices", "schedule_payment")
    assert post.mode == pay.mode == Mode.AUTO
    assert post.item_limit == pay.item_limit == D(10_000)
    assert pay.day_limit_counterparty is pay.day_limit_order is pay.day_limit_agent is None
    assert post.min_confidence == D("0.75")
    assert tolerances().our_names == ("Nordlicht Handels GmbH",)
    assert (tolerances().unit_price_pct, tolerances().net_total_abs) == (D("2.0"), D("1.00"))
    assert business_day(None) == date(2026, 11, 20)


def test_the_optional_limits_are_taken_over(load):
    more = {
        "second_signature_over": "20000",
        "day_limit_vendor": "15000",
        "day_limit_agent": 50000,
        "min_confidence": 0.8,
    }
    load("load_policy", json.dumps({**POLICY, **more}))
    pay = current_policy().grant("invoices", "schedule_payment")
    assert (pay.second_signature_over, pay.day_limit_counterparty, pay.day_limit_agent) == (
        D(20_000),
        D(15_000),
        D(50_000),
    )
    assert pay.min_confidence == D("0.8")
    assert pay.day_limit_order is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"approval_limit_gross": None}, "approval_limit_gross: It is missing."),
        ({"approval_limit_gross": "-1"}, "approval_limit_gross: -1 is below 0."),
        ({"approvel_limit": "1"}, "approvel_limit: There is no such field."),
        ({"as_of": "soon"}, "as_of: 'soon' is not a date."),
        ({"base_currency": "USD"}, "base_currency: This house keeps its limits in EUR."),
        ({"credit_notes": "post them"}, "credit_notes: Only 'always review' is possible."),
        ({"bank_account": "follow the document"}, "bank_account: Only 'always review' is possible."),
        ({"match_without_reference": "maybe"}, "match_without_reference: Write a text that starts"),
        ({"min_confidence": "2"}, "min_confidence: It is a share"),
        ({"unit_price_tolerance_pct": "two"}, "unit_price_tolerance_pct: 'two' is not a number"),
    ],
)
def test_a_bad_policy_is_told_and_changes_nothing(load, changes, told):
    before = current_policy().hash
    with pytest.raises(CommandError) as error:
        load("load_policy", json.dumps({**POLICY, **changes}))
    assert told in str(error.value)
    assert current_policy().hash == before


def test_a_day_to_take_as_today_is_refused_in_production(load, settings):
    settings.TEST = settings.DEMO = False
    with pytest.raises(CommandError, match="as_of: A day to take as today is for the demo and for tests"):
        load("load_policy", json.dumps(POLICY))


def test_the_day_of_the_policy_does_not_count_in_production(load, settings):
    load("load_policy", json.dumps(POLICY))
    settings.TEST = settings.DEMO = False
    assert business_day(date(2027, 1, 1)) == date(2027, 1, 1)


def test_after_a_person_confirmed_a_policy_a_command_makes_a_pending_change(load):
    load("load_policy", json.dumps(POLICY))
    confirm_a_policy(person(Role.POLICY_ADMIN), person(Role.POLICY_ADMIN))
    before = current_policy().hash
    said = load("load_policy", json.dumps({**POLICY, "approval_limit_gross": "99999.00"}))
    assert "wait for a policy administrator" in said
    assert current_policy().hash == before
    assert waiting_policies().count() == 1
    assert PolicyVersion.objects.filter(confirmer__isnull=False).exists()
