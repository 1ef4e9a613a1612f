"""One thing in words: a headline and a few facts, the same for the bell, a mail and a channel.

They name the desk, the run, the reason and for people the amount. What a document said stays in the house: the
sentence of a proposal is repeated only where the setting `NEWS_SENTENCE` says so, and then it is quoted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

from agentops.core.currencies import MINOR_DIGITS
from agentops.notifications import kinds
from agentops.notifications.concerns import About
from agentops.notifications.kinds import Event, Kind
from agentops.notifications.telling.quoting import harmless, quoted
from reviews.models import Review

MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """What is told. `facts` are pairs of a word and a value; `amount` and `sentence` are empty where there is none."""

    headline: str
    facts: tuple[tuple[str, str], ...]
    amount: str
    sentence: str
    path: str

    @property
    def url(self) -> str:
        """Where to look, in full; empty while nobody said under which address the house is found."""
        return address(self.path) if self.path else ""


def address(path: str) -> str:
    """A page of the house as an address in full; empty without the setting `PUBLIC_URL`."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" if settings.PUBLIC_URL else ""


def line_of(about: About, kind: Kind) -> Line:
    """In plain words; every text of a stranger in it is quoted."""
    return Line(
        headline=_headline(about, kind),
        facts=tuple(_facts(about, kind)),
        amount=_amount(about.review) if about.review else "",
        sentence=quoted(about.review.title) if about.review and settings.NEWS_SENTENCE else "",
        path=about.path,
    )


def _headline(about: About, kind: Kind) -> str:
    run = f"R-{about.run.number}" if about.run else "Something"
    desk = harmless(about.review.desk.name, 60) if about.review else ""
    if about.news.event == Event.TEST:
        return "This is a test. Messages arrive here."
    if about.news.event in (Event.SWITCH_THROWN, Event.SWITCH_RELEASED):
        return _switch(about)
    if about.comment is not None:
        return f"{harmless(about.comment.person.name, 60)} mentions you on {run}"
    if about.problem is not None:
        return f"A file was refused at the desk {_words(about.problem.desk)}"
    said = {
        kinds.URGENT.code: f"Urgent: {run} waits at {desk}",
        kinds.ASSIGNED.code: f"{run} was given to you at {desk}",
        kinds.SECOND.code: f"{run} needs a second signature at {desk}",
        kinds.AT_RISK.code: f"Half the time of {run} at {desk} is gone",
        kinds.OVERDUE.code: f"{run} is overdue at {desk}",
        kinds.ESCALATED.code: f"{run} came to {desk}: nobody decided in time" if not _is_late(about)
        else f"{run} is late at {desk}, and goes to you by name",
        kinds.ASKED.code: f"The agent asks about {run} at {desk}",
        kinds.RETURNED.code: f"{run}, which you sent back, waits again at {desk}",
        kinds.RUN_STUCK.code: f"{run}, which you asked for, is stuck and waits at {desk}",
        kinds.BUDGET.code: f"{run} used up its budget",
        kinds.RUN_DONE.code: f"{run}, which you asked for, was carried out",
        kinds.RUN_REJECTED.code: f"{run}, which you asked for, was rejected",
        kinds.RUN_FAILED.code: f"{run}, which you asked for, {_how_it_failed(about)}",
    }  # fmt: skip
    return said.get(kind.code, f"{run} waits at {desk}")


def _facts(about: About, kind: Kind) -> Iterator[tuple[str, str]]:
    review = about.review
    if review is not None:
        yield "Desk", harmless(review.desk.name, 60)
    if about.run is not None:
        yield "Run", f"R-{about.run.number}"
    if review is not None and review.codes:
        more = len(review.codes) - MOST_REASONS
        named = ", ".join(_words(code) for code in review.codes[:MOST_REASONS])
        yield "Why", f"{named} and {more} more" if more > 0 else named
    elif about.problem is not None:
        yield "Why", _words(about.problem.code)
    elif about.run is not None and about.run.end_code and kind in (kinds.RUN_FAILED, kinds.RUN_REJECTED):
        yield "Why", _words(about.run.end_code)


def _switch(about: About) -> str:
    what, _, name = about.news.scope.partition(":")
    stopped = f"the {what} {_words(name)}" if name else "everything"
    return f"Kill switch {'thrown' if about.news.event == Event.SWITCH_THROWN else 'released'}: {stopped}"


def _is_late(about: About) -> bool:
    return about.news.event == Event.REVIEW_LATE


def _how_it_failed(about: About) -> str:
    return "was cancelled" if about.run and about.run.status == "cancelled" else "failed"


def _words(code: str) -> str:
    return harmless(code.replace("_", " ").replace("-", " "), 60)


def _amount(review: Review) -> str:
    if review.amount is None:
        return ""
    unit = Decimal(1).scaleb(-MINOR_DIGITS.get(review.currency, 2))
    return f"{review.amount.quantize(unit, rounding=ROUND_HALF_UP):,} {harmless(review.currency, 3)}".strip()
