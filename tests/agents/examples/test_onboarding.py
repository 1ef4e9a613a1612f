"""Onboarding a customer: evidence collected by a child while a person is asked, an account that people sign."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from agentops.knowledge.models import Memory
from agentops.knowledge.remembering import known_about
from runs import steering
from runs.gateway.providers import providers
from runs.memory.corrections import corrections_of
from runs.models import Effect, Note, Run, Step

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GIVEN = {"name": "Sommer & Kind OHG", "tax_number": "DE123456789", "email": "office@sommer.example"}


def answered(office, run_id, requester, number=-1, answer="30 days"):
    with transaction.atomic():
        ask = [one for one in office.asks if one.kind == "clarification"][number]
        steering.answer_await(steering.lock_run(run_id), ask.await_id, answer={"answer": answer}, by=requester, now=NOW)


def signed(run_id, person):
    with transaction.atomic():
        run = steering.lock_run(run_id)
        proposal = run.proposals.get(state="open")
        steering.approve_proposal(
            run,
            proposal,
            signers=[person.pk],
            expires_at=datetime.now(UTC) + timedelta(hours=1),
            not_before=None,
            now=NOW,
        )


@pytest.mark.parametrize("with_model", [True, False])
def test_a_customer_is_onboarded_by_a_child_a_person_and_a_signature(
    office, script, requester, policy_admin, with_model
):
    if not with_model:
        providers().get("scripted").play = None
    run_id = office.start("Onboard a new customer.", agent="onboarding", **GIVEN)
    assert office.carry(run_id).awaiting == "review"
    child = Run.objects.get(parent_id=run_id)
    assert (child.agent, child.status) == ("evidence", "completed")  # while the terms are still open
    answered(office, run_id, requester)
    assert office.carry(run_id).awaiting == "review"
    proposal = Run.objects.get(pk=run_id).proposals.get(state="open")
    assert proposal.sentence == "Open an account for Sommer & Kind OHG, 30 days."
    signed(run_id, policy_admin)
    assert office.carry(run_id).status == "completed"
    done = dict(Effect.objects.filter(run_id=run_id).values_list("reference", "status"))
    assert done == {"account:sommer-kind-ohg": "confirmed", "welcome:C-sommer-kind-ohg": "confirmed"}
    assert Note.objects.get(run_id=run_id, code="planned").body["by"] == ("model" if with_model else "rules")
    assert len(script.asked) == (1 if with_model else 0)


def test_the_welcome_is_left_out_where_there_is_no_address_and_the_row_says_so(office, requester, policy_admin):
    run_id = office.start("Onboard a new customer.", agent="onboarding", **{**GIVEN, "email": ""})
    office.carry(run_id)
    answered(office, run_id, requester)
    office.carry(run_id)
    signed(run_id, policy_admin)
    assert office.carry(run_id).status == "completed"
    left_out = Step.objects.get(run_id=run_id, name="welcome")
    assert (left_out.status, left_out.note) == ("skipped", "not needed: input.email says no")


def test_a_customer_who_is_on_file_under_a_like_name_comes_to_people_with_the_reason(office, requester):
    run_id = office.start("Onboard a new customer.", agent="onboarding", **{**GIVEN, "name": "Nordwind Logistik Gmbh."})
    office.carry(run_id)
    answered(office, run_id, requester)
    office.carry(run_id)
    assert "customer_known" in {reason.code for reason in office.asks[-1].reasons}


def test_the_planner_sees_neither_the_customers_name_nor_their_address(office, script):
    run_id = office.start("Onboard a new customer.", agent="onboarding", **{**GIVEN, "name": "CANARY GmbH"})
    office.carry(run_id)
    told = str([request.as_json() for request in script.asked])
    assert "CANARY" not in told
    assert "office@sommer.example" not in told
    assert "<text of 11 characters: input.name>" in told


def test_terms_that_a_person_corrected_and_signed_are_remembered_and_nothing_else_is(office, requester, policy_admin):
    run_id = office.start("Onboard a new customer.", agent="onboarding", **GIVEN)
    office.carry(run_id)
    answered(office, run_id, requester)
    office.carry(run_id)
    with transaction.atomic():
        run = steering.lock_run(run_id)
        proposal = run.proposals.get(state="open")
        steering.amend_proposal(run, proposal, edits={0: {"terms": "60 days"}}, editor=policy_admin, now=NOW)
    assert known_about("customer:sommer-kind-ohg") == []  # not yet signed
    signed(run_id, policy_admin)
    assert office.carry(run_id).status == "completed"
    (known,) = known_about("customer:sommer-kind-ohg")
    assert (known.topic, known.words) == ("payment terms", "60 days")
    (taught,) = corrections_of(run_id)
    assert (taught.field, taught.before, taught.after, taught.by) == ("terms", "30 days", "60 days", policy_admin.pk)


def test_what_was_approved_as_it_stood_teaches_nothing(office, requester, policy_admin):
    run_id = office.start("Onboard a new customer.", agent="onboarding", **GIVEN)
    office.carry(run_id)
    answered(office, run_id, requester)
    office.carry(run_id)
    signed(run_id, policy_admin)
    assert office.carry(run_id).status == "completed"
    assert (corrections_of(run_id), Memory.objects.count()) == ([], 0)
