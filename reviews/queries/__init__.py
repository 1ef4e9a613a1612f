"""Every read that spans rows, returning what a page or a caller needs."""

from agentops.core.permissions import Role
from reviews.queries.away import absences_of, acting_for, away_now, who_does_it
from reviews.queries.counting import count_each
from reviews.queries.desks import (
    agents_without_desk,
    desks_of,
    desks_with_people,
    in_remembered_sight_of,
    may_see,
    people_at,
    people_at_any,
    remember_desks,
    remembered_desks,
    remembered_once,
)
from reviews.queries.limits import Place, limit_of, places_of, waiting_limits
from reviews.queries.looking import Said, actions_of, earlier_of, looked_at, mark_of, said_about
from reviews.queries.mine import Part, my_part
from reviews.queries.past import Likeness, counterparty_past, likeness
from reviews.queries.search import VIEWS, Search
from reviews.queries.stepping import neighbours, next_for
from reviews.queries.talk import views_of
from reviews.queries.waiting import arrived, counts, facets, waiting

READERS = (Role.REVIEWER, Role.CONTROLLER, Role.AUDITOR)  # who sees what waits, at desks that are theirs

__all__ = [
    "READERS",
    "VIEWS",
    "Likeness",
    "Part",
    "Place",
    "Said",
    "Search",
    "absences_of",
    "acting_for",
    "actions_of",
    "agents_without_desk",
    "arrived",
    "away_now",
    "count_each",
    "counterparty_past",
    "counts",
    "desks_of",
    "desks_with_people",
    "earlier_of",
    "facets",
    "in_remembered_sight_of",
    "likeness",
    "limit_of",
    "looked_at",
    "mark_of",
    "may_see",
    "my_part",
    "neighbours",
    "next_for",
    "people_at",
    "people_at_any",
    "places_of",
    "remember_desks",
    "remembered_desks",
    "remembered_once",
    "said_about",
    "views_of",
    "waiting",
    "waiting_limits",
    "who_does_it",
]
