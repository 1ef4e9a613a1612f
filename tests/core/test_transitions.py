"""The table of moves is asked by the code and enforced by the database."""

from enum import StrEnum

import pytest
from django.db import IntegrityError, models, transaction

from agentops.core.transitions import IllegalTransition, Transitions, guard_sql


class Door(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    LOCKED = "locked"
    BRICKED_UP = "bricked_up"


MOVES = Transitions(
    {
        Door.OPEN: {Door.CLOSED},
        Door.CLOSED: {Door.OPEN, Door.LOCKED},
        Door.LOCKED: {Door.CLOSED, Door.BRICKED_UP},
    }
)


def test_allowed_moves_pass_and_others_are_refused_by_name():
    MOVES.check(Door.OPEN, Door.CLOSED)
    with pytest.raises(IllegalTransition, match="open cannot become locked"):
        MOVES.check(Door.OPEN, Door.LOCKED)


def test_a_status_without_moves_is_final():
    assert MOVES.allowed(Door.BRICKED_UP) == frozenset()
    with pytest.raises(IllegalTransition):
        MOVES.check(Door.BRICKED_UP, Door.OPEN)


def test_choices_of_django_and_plain_strings_mean_the_same_status():
    choices = models.TextChoices("choices", [("OPEN", "open"), ("CLOSED", "closed")])
    table = Transitions({choices.OPEN: [choices.CLOSED]})
    table.check("open", choices.CLOSED)
    assert list(table.pairs()) == [("open", "closed")]


def test_the_pairs_are_all_moves_in_order():
    assert list(MOVES.pairs())[:2] == [("closed", "locked"), ("closed", "open")]
    assert len(list(MOVES.pairs())) == 5


@pytest.fixture
def doors(execute):
    execute("CREATE TABLE door (id int PRIMARY KEY, status text, colour text)")
    forward, reverse = guard_sql("door", "status", MOVES)
    execute(forward)
    return reverse


@pytest.mark.parametrize("source", Door)
@pytest.mark.parametrize("target", Door)
def test_the_database_refuses_exactly_what_the_table_refuses(doors, execute, source, target):
    execute("INSERT INTO door VALUES (1, %s)", source.value)
    if source == target or target in MOVES.allowed(source):
        execute("UPDATE door SET status = %s", target.value)
        return
    with (
        pytest.raises(IntegrityError, match=f"door: {source.value} cannot become {target.value}"),
        transaction.atomic(),
    ):
        execute("UPDATE door SET status = %s", target.value)


def test_the_guard_can_be_taken_away(doors, execute):
    execute("INSERT INTO door VALUES (1, 'open')")
    execute(doors)
    execute("UPDATE door SET status = 'bricked_up'")
