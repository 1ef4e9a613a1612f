"""How far a value can be trusted, in one of four words with a shape; and the piece of the page it was read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agentops.web.reviews.editing import Argument
from agentops.web.reviews.paper import Crop

HALF_A_ROW = 13  # characters: 18,240.00 EUR
UNSURE = Decimal("0.75")  # a value read with less than this is looked at by a person


@dataclass(frozen=True)
class State:
    """One state: its word, its icon and its tone; `needs`: a person should look before signing."""

    word: str
    icon: str
    tone: str
    needs: bool = False


CHECKED = State("Checked", "ok", "ok")
BY_PERSON = State("By a person", "user", "info")
NEEDS_YOU = State("Needs you", "edit", "warn", needs=True)
FAILED = State("Rule failed", "stop", "bad", needs=True)
HIDDEN = State("", "", "")


@dataclass(frozen=True)
class ArgumentRow:
    """An argument as the page shows it: its value, or what was typed over it, its state, and where it stands."""

    argument: Argument
    value: str
    state: State
    crop: Crop | None

    @property
    def tone(self) -> str:
        """Of the whole row; what is in order has none."""
        return self.argument.state if self.argument.is_wide else "warn" if self.state is NEEDS_YOU else ""

    @property
    def is_wide(self) -> bool:
        """What needs the room: what is looked at, and a value that half a row would cut."""
        is_long = len(self.argument.shown) > HALF_A_ROW
        return self.argument.is_fixed or self.argument.is_wide or self.state.needs or is_long


def rows_of(
    arguments: Sequence[Argument],
    fields: Sequence[Mapping[str, Any]],
    crops: Mapping[str, Crop],
    typed: Mapping[str, Any],
    *,
    blind: bool,
) -> list[ArgumentRow]:
    """Every argument with its state; a blind check shows none."""
    about = {str(row.get("name")): row for row in fields}
    return [
        ArgumentRow(
            argument,
            str(typed.get(argument.input_name, argument.shown)),
            HIDDEN if blind else state_of(argument.state, about.get(argument.name, {})),
            crops.get(argument.name),
        )
        for argument in arguments
    ]


def state_of(state: str, row: Mapping[str, Any]) -> State:
    """A rule that failed outweighs who gave the value; a person outweighs how sure the reader was."""
    if state in ("bad", "warn"):
        return FAILED
    if (row.get("source") or {}).get("kind") == "person":
        return BY_PERSON
    sure = row.get("confidence")
    if sure is not None and row.get("value") and Decimal(str(sure)) < UNSURE:
        return NEEDS_YOU
    return CHECKED
