"""The sinks of the real tools: where money and data go comes from our records, whatever a document or a person says."""

from __future__ import annotations

import pytest

from runs.agents import agents
from tools_registry.facts import Source
from tools_registry.kinds import Impact
from tools_registry.registry import registry
from tools_registry.sources import sinks_of

# Names of arguments that say where something goes; a new tool that takes one must say where it may come from.
WHERE = {
    *("account", "payee", "iban", "bank_account", "vendor", "tax_id", "vat_id", "customer"),
    *("to", "cc", "bcc", "recipient", "email", "address", "url", "uri", "link", "host", "webhook", "callback"),
}
OURS = ("invoices", "support")
CHANGING = [
    registry.get(name)
    for agent in OURS
    for name in agents.get(agent).tools
    if registry.get(name).impact is not Impact.READ
]


@pytest.mark.parametrize("spec", CHANGING, ids=lambda spec: spec.name)
def test_an_argument_that_says_where_something_goes_says_where_it_may_come_from(spec):
    named = WHERE & set(spec.input_model.model_fields)
    assert named <= set(sinks_of(spec)), f"{spec.name}: say `From(...)` on {sorted(named - set(sinks_of(spec)))}"


def test_each_sink_takes_what_it_should_and_nothing_else():
    """Written out by hand: whoever widens one must say so here."""
    master, person = Source.MASTER, Source.USER
    assert {spec.name: {name: set(may) for name, may in sinks_of(spec).items()} for spec in CHANGING} == {
        "stage_invoice": {"vendor": {master, person}},
        "post_to_accounting": {"vendor": {master, person}},
        "schedule_payment": {"vendor": {master, person}, "account": {master}},
        "open_ticket": {},
        "note_triage": {},
        "send_reply": {"to": {master}},
        "note_reply": {},
        "hear_answer": {},
    }


def test_no_tool_of_ours_takes_an_address_of_the_web():
    for spec in CHANGING:
        assert not {"url", "uri", "link", "host", "webhook", "callback"} & set(spec.input_model.model_fields)
