"""A person does a step in the run's place: the one it stands at, or one it has passed; never one with an effect."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from agentops.core.audit.verify import verify
from agentops.core.models import User
from runs import by_hand, executor, steering
from runs.agents import Agent, Retry, agents
from runs.leased import LeasedRun
from runs.models import Run, Step
from tools_registry.facts import Reason

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LAMP = {"amount": "5", "what": "lamp"}


@pytest.fixture
def person(transactional_db):
    return User.objects.create_user("p@example.test", "Person")


@pytest.fixture
def stuck_at_look(shop, world, monkeypatch):
    """A run that stands at its first look, because the source does not answer."""
    monkeypatch.setattr(executor, "TRIES", 1)
    world["look_fails"] = True
    run_id = shop.start()
    shop.work()
    assert shop.run(run_id).awaiting == "review"
    assert shop.run(run_id).position == 0
    return run_id


def does(person, run_id, step, filled):
    with transaction.atomic():
        run = steering.lock_run(run_id)
        done, told = by_hand.taken_over(LeasedRun.observe(run), step, filled, by=person, words="I saw it.")
        steering.take_step(run, seq=done.seq, instruction=told, now=NOW)


def test_the_run_goes_on_behind_the_step_that_it_stood_at(shop, world, person, stuck_at_look):
    does(person, stuck_at_look, "see", LAMP)
    shop.work()
    run = shop.run(stuck_at_look)
    assert (run.revision, run.awaiting) == (1, "review")
    assert world["looks"] == ["lamp"]  # the attempt that failed
    step = Step.objects.get(run_id=run.pk, name="see")
    assert (step.status, step.output, step.seq) == ("by_hand", LAMP, 0)
    # The grant lets 5 pass alone; what rests on a person's word is signed all the same.
    assert [reason.code for reason in shop.people.asks[-1].reasons] == ["corrected_by_person"]
    assert "sold" not in world
    assert verify().ok


def test_a_step_that_was_passed_is_done_again_in_the_next_revision_and_holds(shop, world, person):
    world["strange"] = True
    run_id = shop.start()
    shop.work()
    assert shop.run(run_id).position == 1
    world["strange"] = False
    does(person, run_id, "see", LAMP)
    shop.work()
    assert shop.run(run_id).revision == 2
    assert shop.people.asks[-1].title == "Sell lamp for 5 EUR."
    assert world["looks"] == ["lamp"]
    with transaction.atomic():
        steering.retry(steering.lock_run(run_id), guidance=None, now=NOW)
    shop.work()
    steps = Step.objects.filter(run_id=run_id, name="see").order_by("revision").values_list("revision", "status")
    assert list(steps) == [(1, "done"), (2, "by_hand"), (3, "by_hand")]
    assert world["looks"] == ["lamp"]


def test_asked_something_else_the_step_is_the_tools_again(shop, world, person, stuck_at_look, monkeypatch):
    does(person, stuck_at_look, "see", LAMP)
    shop.work()
    world["look_fails"] = False
    plan = agents.get("shop").plan
    other = [{"what": "shade"}]
    monkeypatch.setattr(
        agents.get("shop"), "plan", lambda goal: [type(s)(s.name, s.tool, other[0] if s.name == "see" else s.args,
                                                          s.stage, proposal=s.proposal, together=s.together)
                                                  for s in plan(goal)],
    )  # fmt: skip
    with transaction.atomic():
        steering.retry(steering.lock_run(stuck_at_look), guidance=None, now=NOW)
    shop.work()
    assert world["looks"] == ["lamp", "shade"]


def test_what_does_not_fit_the_tools_answer_is_refused_by_field(person, stuck_at_look):
    with pytest.raises(by_hand.DoesNotFit) as refused:
        does(person, stuck_at_look, "see", {"amount": "5"})
    assert set(refused.value.errors) == {"what"}
    assert Run.objects.get().awaiting == "review"


def test_with_what_the_agents_rules_object_to_the_run_does_not_go_on(world, person, stuck_at_look):
    world["strange"] = True
    with pytest.raises(by_hand.DoesNotFit, match="This is strange"):
        does(person, stuck_at_look, "see", LAMP)


@pytest.mark.parametrize("step", ["sale", "slip", "peek", "nothing"])
def test_only_steps_that_look_and_were_reached_are_for_people(person, stuck_at_look, step):
    with pytest.raises(by_hand.NotByHand):
        does(person, stuck_at_look, step, LAMP)


def test_an_agent_may_keep_its_steps_to_itself(person, stuck_at_look, monkeypatch):
    monkeypatch.setattr(Agent, "hand_form", lambda *_: None)
    with pytest.raises(by_hand.NotByHand):
        does(person, stuck_at_look, "see", LAMP)


def test_a_record_that_was_chosen_is_looked_up_each_time(shop, person, stuck_at_look, monkeypatch):
    monkeypatch.setattr(Agent, "refreshed", lambda self, step, output: {**output, "amount": "7"})
    does(person, stuck_at_look, "see", LAMP)
    shop.work()
    assert shop.people.asks[-1].title == "Sell lamp for 7 EUR."


def test_what_a_person_said_is_not_asked_for_again_where_it_cannot_be_right_yet(
    shop, person, stuck_at_look, monkeypatch
):
    does(person, stuck_at_look, "see", LAMP)
    again = Retry(Reason("not_yet", "It is not there yet."))
    monkeypatch.setattr(agents.get("shop"), "judge", lambda *_: again)
    shop.work()
    run = shop.run(stuck_at_look)
    assert (run.awaiting, shop.people.asks[-1].reasons[0].code) == ("review", "not_yet")
