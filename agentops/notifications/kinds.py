"""The kinds of news, the ways to hear of them, and what holds while nobody chose otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from agentops.core.permissions import Role

DECIDERS = (Role.REVIEWER, Role.CONTROLLER)
ANYBODY: tuple[Role, ...] = ()


class Event(StrEnum):
    """What happened, as the triggers of migration 0002 write it."""

    REVIEW_OPENED = "review.opened"
    REVIEW_ASSIGNED = "review.assigned"
    REVIEW_MOVED = "review.moved"
    REVIEW_SIGNED = "review.signed"  # the first of two
    REVIEW_LATE = "review.late"
    COMMENT = "comment"
    RUN_ENDED = "run.ended"
    SWITCH_THROWN = "switch.thrown"
    SWITCH_RELEASED = "switch.released"
    INTAKE_REFUSED = "intake.refused"
    TEST = "test"  # asked for on a page, to see whether it arrives


class How(StrEnum):
    """How somebody hears of a kind of news; each includes what stands above it, but for the waiting."""

    NOTHING = "nothing"
    BELL = "bell"
    DIGEST = "digest"
    MAIL = "mail"


LOUDNESS = {how: place for place, how in enumerate(How)}


@dataclass(frozen=True, slots=True)
class Kind:
    """Why something concerns a person. `roles`: who can hear of it at all (none: everybody)."""

    code: str
    label: str
    usual: How
    roles: tuple[Role, ...] = DECIDERS
    of_desk: bool = False  # concerns everybody at a desk, so a channel of the desk may hear of it
    urgent: bool = False


URGENT = Kind("urgent", "Something urgent waits: personal data, regulatory words or cost", How.MAIL, of_desk=True,
              urgent=True)  # fmt: skip
OPENED = Kind("opened", "Something new waits at my desk", How.NOTHING, of_desk=True)
ASSIGNED = Kind("assigned", "Something was given to me", How.MAIL)
MENTIONED = Kind("mentioned", "Somebody mentions me in a comment", How.MAIL, roles=(*DECIDERS, Role.AUDITOR))
SECOND = Kind("second", "Something needs a second signature", How.BELL, roles=(Role.CONTROLLER,), of_desk=True)
AT_RISK = Kind("at_risk", "Half the time of something is gone", How.NOTHING, of_desk=True)
OVERDUE = Kind("overdue", "Something is overdue", How.BELL, of_desk=True)
ESCALATED = Kind("escalated", "Something came to my desk because nobody decided in time", How.BELL, of_desk=True)
ASKED = Kind("asked", "An agent asks a question at my desk", How.BELL, of_desk=True)
RETURNED = Kind("returned", "What I sent back waits again", How.BELL)
REFUSED_FILE = Kind("refused_file", "A file was refused at my desk", How.BELL, of_desk=True)
RUN_DONE = Kind("run_done", "A run I asked for was carried out", How.NOTHING, roles=ANYBODY)
RUN_REJECTED = Kind("run_rejected", "A run I asked for was rejected", How.BELL, roles=ANYBODY)
RUN_FAILED = Kind("run_failed", "A run I asked for failed or was cancelled", How.MAIL, roles=ANYBODY)
RUN_STUCK = Kind("run_stuck", "A run I asked for is stuck", How.BELL, roles=ANYBODY)
BUDGET = Kind("budget", "A run used up its budget", How.MAIL, roles=(Role.OPERATOR,), of_desk=True)
SWITCH = Kind("switch", "A kill switch was thrown or released", How.MAIL, roles=(Role.OPERATOR, Role.POLICY_ADMIN),
              of_desk=True)  # fmt: skip

# Where one thing concerns a person for several reasons, the loudest is told, and of equals the one further up.
KINDS = {
    kind.code: kind
    for kind in (
        *(URGENT, ASSIGNED, MENTIONED, RETURNED, SECOND, OVERDUE, ESCALATED, ASKED, BUDGET, AT_RISK, OPENED),
        *(REFUSED_FILE, RUN_STUCK, RUN_FAILED, RUN_REJECTED, RUN_DONE, SWITCH),
    )
}
OF_DESKS = {code: kind for code, kind in KINDS.items() if kind.of_desk}


def offered(kind: Kind) -> tuple[How, ...]:
    """What can be chosen for a kind: what is urgent always stands in the bell, and never waits for a digest."""
    return (How.BELL, How.MAIL) if kind.urgent else tuple(How)


def kinds_for(roles: Iterable[Role]) -> list[Kind]:
    """The kinds that somebody with these roles can hear of, in the order of the settings page."""
    held = set(roles)
    return [kind for kind in KINDS.values() if not kind.roles or held & set(kind.roles)]
