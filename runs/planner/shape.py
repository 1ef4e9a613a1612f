"""The form in which a model answers with a plan. Tools are a closed list; everything else is checked here again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, create_model

from runs.agents.expecting import Holds

MOST_STEPS = 20
NAME = r"^[a-z][a-z0-9_]{0,39}$"


class Closed(BaseModel):
    """A field that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class DraftMust(Closed):
    """One rule for the outcome: a dotted path below the tool's answer, what must hold there, and with what."""

    path: str = Field(min_length=1, max_length=120)
    holds: Holds
    value: str = Field(max_length=400, description="JSON; the word null where nothing is compared")


class DraftStep(Closed):
    """One planned step."""

    name: str = Field(pattern=NAME)
    tool: str
    args: str = Field(
        max_length=20_000,
        description='The arguments as one JSON object. {"$ref": "name.path"} stands for what an earlier step found',
    )
    expect: str = Field(max_length=300, description="What it should come to, in a sentence")
    must: list[DraftMust] = Field(max_length=5)
    optional: bool = Field(description="Whether the goal can be reached without it")
    when: str = Field(
        max_length=120, description='A path; the step is skipped where it leads to no or nothing. "": always'
    )
    together: str = Field(
        max_length=40, description="A label shared by steps that are done, or decided, at once. Or empty"
    )


class Draft(Closed):
    """A whole plan, and in a sentence or two why it is this one."""

    steps: list[DraftStep] = Field(min_length=1, max_length=MOST_STEPS)
    why: str = Field(max_length=600)


@lru_cache(maxsize=64)
def draft_for(tools: tuple[str, ...]) -> type[Draft]:
    """`Draft` in which a step can only name one of these tools."""
    step = create_model("Step", __base__=DraftStep, tool=(cast(Any, Literal[tools]), ...))
    steps = (list[step], Field(min_length=1, max_length=MOST_STEPS))  # type: ignore[valid-type]
    return create_model("Plan", __base__=Draft, steps=cast(Any, steps))


def names_of(tools: Sequence[Any]) -> tuple[str, ...]:
    """The tools' names, sorted, as `draft_for` takes them."""
    return tuple(sorted(tool.name for tool in tools))
