"""Provenance follows a value through plans and answers, and nothing on its way makes it more trusted."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from runs.agents import Ref
from runs.proposing.origins import misplaced, origin_of
from tools_registry.facts.origins import LOOKED_UP, RANK, READ, SAID, TYPED, WRITTEN, Origin, Source, joined
from tools_registry.kinds import Effect, Impact
from tools_registry.sources import From, Is, origin_at, sinks_of
from tools_registry.tool import ToolCall, ToolDefinitionError, ToolInput, ToolOutput, tool

QUICK = settings(max_examples=200, deadline=None)
origins = st.builds(Origin, st.sampled_from(Source), st.booleans())


class Row(BaseModel):
    """One row of ours, with somebody's note on it."""

    number: Annotated[str, Is(LOOKED_UP)]
    note: str


class Found(ToolOutput):
    """What was found."""

    key: Annotated[str | None, Is(LOOKED_UP)]
    said: Annotated[str, Is(SAID)]
    note: str
    rows: tuple[Row, ...]
    best: Annotated[Row | None, Is(LOOKED_UP)]


class Asked(ToolInput):
    """Nothing."""


class Paid(ToolInput):
    """A payee from our records alone."""

    account: Annotated[str, From(Source.MASTER)]
    text: str = ""


@tool(impact=Impact.READ, effect=Effect.READ, register=False)
def find(args: Asked, *, call: ToolCall) -> Found:
    """Find it."""
    raise NotImplementedError


@tool(impact=Impact.READ, effect=Effect.READ, register=False)
def look(args: Paid, *, call: ToolCall) -> Found:
    """Look at it."""
    raise NotImplementedError


TOOLS = {"find": find}


def of(value: Any, literal: Origin = WRITTEN) -> Origin:
    return origin_of(value, TOOLS, literal)


def test_a_value_is_what_the_tool_says_of_the_field_it_is_from():
    assert of(Ref("find.key")) == LOOKED_UP
    assert of(Ref("find.said")) == SAID
    assert of(Ref("find.note")) == READ
    assert of(Ref("find.rows.0.number")) == LOOKED_UP
    assert of(Ref("find.rows.0.note")) == READ
    assert of(Ref("find.best.number")) == LOOKED_UP
    assert of(Ref("find.nothing.of.the.kind")) == READ


def test_a_whole_is_as_its_least_trusted_part():
    assert of(Ref("find.rows")) == READ
    assert of(Ref("find")) == Origin(Source.MODEL)
    assert of([Ref("find.key"), {"a": "literal", "b": Ref("find.note")}]) == READ
    assert of({"a": Ref("find.key"), "b": "ours"}) == LOOKED_UP


def test_what_came_in_with_a_run_is_a_stranger_s_and_a_literal_is_whoever_made_the_plan_s():
    assert of(Ref("input.account")) == READ
    assert of(Ref("unheard.of")) == READ
    assert of("DE1") == WRITTEN
    assert of({"account": "DE1"}, literal=SAID) == SAID


class Told(ToolInput):
    """What a planner may say in its own words."""

    words: Annotated[list[Any], From(Source.POLICY, Source.USER, Source.MODEL)]


@tool(impact=Impact.READ, effect=Effect.READ, register=False)
def tell(args: Told, *, call: ToolCall) -> Found:
    """Tell it."""
    raise NotImplementedError


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        (["its own"], True),
        ([], True),
        (Ref("find.note"), False),
        ([Ref("find.note")], False),
        (["its own", {"beside": Ref("find.note")}], False),
        ([Ref("find.said")], False),  # a reader's words may be those that it read
        ([Ref("find.key")], False),
    ],
)
def test_in_a_planners_own_words_nothing_is_passed_on(words, fits):
    assert list(misplaced({"words": words}, tell, TOOLS, SAID)) == ([] if fits else ["words"])


def test_a_tool_tells_which_arguments_may_not_come_from_everywhere():
    assert sinks_of(look) == {"account": frozenset({Source.MASTER})}
    assert sinks_of(find) == {}


class Nested(BaseModel):
    """A payee below an argument."""

    account: Annotated[str, From(Source.MASTER)]


class Beside(ToolInput):
    """A sink beside its None."""

    account: Annotated[str, From(Source.MASTER)] | None = None


class Within(ToolInput):
    """A sink below an argument."""

    rows: list[Nested]


class Each(ToolInput):
    """A sink on each of several."""

    accounts: dict[str, Annotated[str, From(Source.MASTER)]]


@pytest.mark.parametrize(("shape", "place"), [(Beside, "account"), (Within, "rows.account"), (Each, "accounts")])
def test_a_sink_where_nobody_would_ask_for_it_is_refused_when_the_tool_is_declared(shape, place):
    def send(args, *, call: ToolCall) -> Found:
        """Send it."""
        raise NotImplementedError

    send.__annotations__ |= {"args": shape, "return": Found}
    with pytest.raises(ToolDefinitionError, match=f"says `From` on {place}, where it is not held"):
        tool(impact=Impact.READ, effect=Effect.READ, register=False)(send)


def trust(origin: Origin) -> tuple[int, bool]:
    return RANK[origin.source], origin.verified


@QUICK
@given(st.lists(origins, min_size=1), origins)
def test_joining_never_raises_trust(parts, more):
    before, after = joined(parts), joined([*parts, more])
    assert RANK[before.source] == min(RANK[part.source] for part in parts)
    assert RANK[after.source] <= RANK[before.source]
    assert after.verified <= before.verified
    assert all(joined([part, after]) == after for part in parts)
    assert joined(reversed(parts)) == before


paths = st.sampled_from(["find.key", "find.said", "find.note", "find.rows.0.number", "find", "input.x", "gone.y"])
values = st.recursive(
    st.text(max_size=3) | st.none() | st.integers() | paths.map(Ref),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@QUICK
@given(values, values, st.sampled_from([WRITTEN, SAID]))
def test_no_structure_around_a_value_makes_it_more_trusted(value, other, literal):
    for built in ([value, other], {"a": value, "b": other}, [{"a": [value]}, other]):
        for part in (value, other):
            assert trust(of(built, literal)) <= trust(of(part, literal))


@QUICK
@given(st.lists(st.sampled_from(["key", "said", "note", "rows", "best", "0", "number", "other"]), max_size=4))
def test_every_path_into_an_answer_has_an_origin(path):
    assert origin_at(find, tuple(path)) in {LOOKED_UP, READ, SAID}
    assert TYPED.source is Source.USER
