"""Every read that spans rows, returning what a page or a caller needs."""

from reviews.queries.desks import agents_without_desk, desks_of, may_see, people_at
from reviews.queries.mine import Part, my_part
from reviews.queries.past import Likeness, counterparty_past, earlier_proposal, likeness, said_about
from reviews.queries.waiting import VIEWS, Search, counts, facets, neighbours, next_for, waiting

__all__ = [
    "VIEWS",
    "Likeness",
    "Part",
    "Search",
    "agents_without_desk",
    "counterparty_past",
    "counts",
    "desks_of",
    "earlier_proposal",
    "facets",
    "likeness",
    "may_see",
    "my_part",
    "neighbours",
    "next_for",
    "people_at",
    "said_about",
    "waiting",
]
