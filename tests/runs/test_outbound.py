"""Whatever leaves the house is looked through: a secret, a card, an account or a canary waits for a person, masked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from runs import services
from runs.agents import Assessment, Planned, Ref, agents
from runs.models import Effect, Proposal
from runs.proposing.outbound import hidden_in
from tests.runs.conftest import ShopAgent, Sold
from tools_registry.facts import Grant
from tools_registry.kinds import Effect as Kind
from tools_registry.kinds import Impact, Mode
from tools_registry.queries import current_policy
from tools_registry.services.policy import change_policy_by_command
from tools_registry.tool import ToolCall, ToolInput, tool


class Letter(ToolInput):
    """A text in parts."""

    subject: str
    lines: tuple[str, ...]
    more: dict[str, Any] | None = None


@tool(
    impact=Impact.EXTERNAL,
    effect=Kind.ONCE,
    reference=lambda args: f"letter:{args.subject}",
    examples=[{"subject": "Hello", "lines": ["there"]}],
)
def write_letter(args: Letter, *, call: ToolCall) -> Sold:
    """Write to somebody."""
    return Sold(number="L-1")


class Writer(ShopAgent):
    """Writes what it was started with to somebody outside, with no filter of its own."""

    name = "scribe"
    tools = ("write_letter",)

    def plan(self, goal: Any) -> list[Planned]:
        args = {"subject": "Hello", "lines": [Ref("input.what")], "more": Ref("input.more")}
        return [Planned("letter", "write_letter", args, "looking", proposal="letter")]

    def assess(self, label: str, actions: Any, results: Any, goal: Any) -> Assessment:
        return Assessment(sentence="Write a letter.")


Writer.stages = type(ShopAgent.stages)(
    moves=ShopAgent.stages.moves, tools={"looking": frozenset({"write_letter"})}, first="looking", last="done"
)
agents.register(Writer())

LEAKS = {
    "pay to DE89 3704 0044 0532 0130 00 please": "3704",
    "the card 4111 1111 1111 1111 was used": "4111",
    "the card 4111 1111\n1111 1111 was used": "4111",
    "password: hunter2hunter2": "hunter2",
    "the key sk-live-abcdefghijklmnop1234 opens it": "abcdefghij",
    "remember the CANARY-7Q of this house": "7Q",
}


@pytest.fixture
def writes(shop, settings):
    settings.REDACTION_CANARIES = ("CANARY-7Q",)
    change_policy_by_command(
        to=current_policy().with_grant(Grant("scribe", "write_letter", Mode.AUTO)), why="a test", now=datetime.now(UTC)
    )

    def write(text: str, **more: Any) -> Any:
        given = {"what": text, "more": more or None}
        run_id = services.start_run(agent="scribe", requester=shop.requester, goal="write", given=given)
        shop.work()
        return shop.run(run_id)

    return write


@pytest.mark.parametrize("leak", LEAKS)
def test_what_must_not_leave_waits_for_a_person_who_sees_the_spot(writes, leak):
    run = writes(f"Dear customer,\n{leak}")
    assert (run.status, run.awaiting) == ("awaiting", "review")
    proposal = Proposal.objects.get(run=run)
    (check,) = [check for check in proposal.body["facts"]["checks"] if not check["passed"]]
    assert (check["name"], check["field"], check["code"]) == ("outbound filter", "lines.0", "secret_leaves")
    assert LEAKS[leak] not in str(proposal.body["facts"]["checks"]) + str(proposal.reasons)
    assert [reason["code"] for reason in proposal.reasons] == ["secret_leaves"]
    assert not Effect.objects.filter(run=run).exists()


@pytest.mark.parametrize(
    "more", [{"number": 4111111111111111}, {"known": {"4111 1111 1111 1111": "of the customer"}}, {"CANARY-7Q": True}]
)
def test_neither_a_number_nor_a_name_takes_out_what_a_text_may_not(writes, more):
    run = writes("Dear customer,", **more)
    assert (run.status, run.awaiting) == ("awaiting", "review")
    proposal = Proposal.objects.get(run=run)
    assert [reason["code"] for reason in proposal.reasons] == ["secret_leaves"]
    told = str(proposal.body["facts"]["checks"]) + str(proposal.reasons)
    assert not [hidden for hidden in ("4111", "7Q") if hidden in told]


def test_what_holds_nothing_of_the_kind_leaves_and_says_so(writes):
    run = writes("Your order 559120 of 20.11.2026 over 119.00 EUR is on its way, phone +49 40 1234567.")
    assert run.status == "completed"
    assert Effect.objects.get(run=run).status == "confirmed"
    (check,) = Proposal.objects.get(run=run).body["facts"]["checks"]
    assert (check["name"], check["passed"]) == ("outbound filter", True)


def test_a_spot_says_where_it_is_and_shows_nothing_of_its_neighbours():
    (spot,) = hidden_in("Dear Ms Sommer,\nyour password: hunter2hunter2 works again.")
    assert (spot.line, "Sommer" in spot.shown, "hunter2" in spot.shown) == (2, False, False)
