"""Whom something concerns at this moment, and for which reasons.

Asked when it was noticed, and again when a mail or a message is about to leave: whoever is not among these people
any more (left, lost the desk, or the thing is settled) is told nothing.
"""

from __future__ import annotations

from agentops.notifications import kinds
from agentops.notifications.concerns.about import SWITCHES, About
from agentops.notifications.concerns.found import Concerned, active_people, holders
from agentops.notifications.concerns.of_reviews import of_review
from reviews.models import Desk
from reviews.queries import may_see, people_at
from runs.lifecycle import RunStatus
from runs.models import Run


def concerned(about: About) -> Concerned:
    """Everybody it concerns now; nobody once it is over."""
    if about.comment is not None:
        return _mentioned(about)
    if about.news.event in SWITCHES:
        return _switch(about)
    if about.problem is not None:
        return _refused_file(about)
    if about.review is not None:
        return Concerned() if about.is_over else of_review(about, about.review)
    return _ended(about.run) if about.run is not None else Concerned()


def _mentioned(about: About) -> Concerned:
    comment, review = about.comment, about.review
    if comment is None or review is None:
        return Concerned()
    found = Concerned(desk=review.desk, urgent=False)
    named = [one for one in active_people(comment.mentions) if one.pk != comment.person_id and may_see(one, review)]
    found.add(named, kinds.MENTIONED)
    return found


def _refused_file(about: About) -> Concerned:
    problem = about.problem
    desk = Desk.objects.filter(slug=problem.desk).first() if problem and not about.is_over else None
    if desk is None:
        return Concerned()
    found = Concerned(desk=desk, of_desk=[kinds.REFUSED_FILE])
    found.add(people_at(desk), kinds.REFUSED_FILE)
    return found


def _ended(run: Run) -> Concerned:
    found = Concerned()
    reason = {RunStatus.COMPLETED: kinds.RUN_DONE, RunStatus.REJECTED: kinds.RUN_REJECTED}.get(
        RunStatus(run.status), kinds.RUN_FAILED
    )
    found.add(active_people([run.requester_id]), reason)
    return found


def _switch(about: About) -> Concerned:
    found = Concerned(of_desk=[kinds.SWITCH])
    found.add([one for one in holders(kinds.SWITCH.roles) if one.pk != about.news.person], kinds.SWITCH)
    return found
