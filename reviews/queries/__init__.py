"""Every read that spans rows, returning what a page or a caller needs."""

from agentops.core.permissions import Role
from reviews.queries.away import absences_of, acting_for, away_now, who_does_it
from reviews.queries.desks import (
    agents_without_desk,
    desks_of,
    desks_with_people,
    may_see,
    people_at,
    people_at_any,
    remember_desks,
    remembered_desks,
)
from reviews.queries.limits import Place, limit_of, places_of, waiting_limits
from reviews.queries.mine import Part, my_part
from reviews.queries.past import Likeness, counterparty_past, earlier_proposal, likeness, said_about
from reviews.queries.search import VIEWS, Search
from reviews.queries.talk import comments_on, views_of
from reviews.queries.waiting import arrived, counts, facets, neighbours, next_for, waiting

READERS = (Role.REVIEWER, Role.CONTROLLER, Role.AUDITOR)  # who sees what waits, at desks that are theirs

__all__ = [
    "READERS",
    "VIEWS",
    "Likeness",
    "Part",
    "Place",
    "Search",
    "absences_of",
    "acting_for",
    "agents_without_desk",
    "arrived",
    "away_now",
    "comments_on",
    "counterparty_past",
    "counts",
    "desks_of",
    "desks_with_people",
    "earlier_proposal",
    "facets",
    "likeness",
    "limit_of",
    "may_see",
    "my_part",
    "neighbours",
    "next_for",
    "people_at",
    "people_at_any",
    "places_of",
    "remember_desks",
    "remembered_desks",
    "said_about",
    "views_of",
    "waiting",
    "waiting_limits",
    "who_does_it",
]
