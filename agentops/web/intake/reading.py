"""A problem as the pages show it: reason in words, what it came with, what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agentops.core.models import User
from agentops.intake.models import Question
from agentops.intake.sight import may_act
from agentops.web.formatting import words
from agentops.web.upload_limits import LARGEST
from runs.agents import Agent, KeyInField, UnknownAgent, agents
from runs.models import IntakeProblem, ProblemStatus

# Icon and tone by reason; what is hostile or shut is red, what may go better next time is amber.
LOOKS = {
    "encrypted": ("lock", "bad"),
    "too_large": ("stop", "bad"),
    "too_many_pages": ("stop", "bad"),
    "xml_entities_forbidden": ("bug", "bad"),
    "unsupported_type": ("doc", "warn"),
    "timeout": ("retry", "warn"),
    "unavailable": ("retry", "warn"),
}
BECAME = {
    ProblemStatus.RETRIED: "Tried again",
    ProblemStatus.KEYED: "Keyed in by hand",
    ProblemStatus.REPLACED: "Replaced",
    ProblemStatus.CLOSED: "Closed",
}


@dataclass(frozen=True)
class Shown:
    """One row, or the page of one."""

    problem: IntakeProblem
    reason: str
    icon: str
    tone: str
    may_act: bool
    may_key_in: bool
    claimed: tuple[tuple[str, str], ...] = ()
    goal: str = ""
    became: str = ""
    sender: str = ""  # of the mail it came with: a stranger's words
    asked: Question | None = None  # the sender was asked
    instead: IntakeProblem | None = None  # the refused file that this one came in place of

    @property
    def is_cut(self) -> bool:
        """Of a file that was too large, what shows it is kept, and no more."""
        return self.problem.size > LARGEST

    @property
    def is_open(self) -> bool:
        return self.problem.is_open

    @property
    def may_ask(self) -> bool:
        """Whether it is worth looking whether the sender can be asked."""
        return self.may_act and bool(self.sender) and self.asked is None


def shown(problem: IntakeProblem, user: User, *, acting: bool | None = None) -> Shown:
    """`acting` says whether this person may act, where that is known already."""
    icon, tone = LOOKS.get(problem.code, ("warn", "warn"))
    may = (may_act(user, problem) if acting is None else acting) and problem.status == ProblemStatus.OPEN
    return Shown(
        problem=problem,
        reason=words(problem.code),
        icon=icon,
        tone=tone if problem.status == ProblemStatus.OPEN else "none",
        may_act=may,
        may_key_in=may and bool(fields_of(problem)),
        claimed=_claimed(problem.given.get("claimed") or {}),
        goal=str(problem.given.get("goal") or ""),
        sender=_sender(problem.given),
        asked=getattr(problem, "question", None),
        instead=getattr(problem, "replaces", None),
        became=BECAME.get(ProblemStatus(problem.status), ""),
    )


def fields_of(problem: IntakeProblem) -> tuple[KeyInField, ...]:
    """What its agent lets people type; nothing where the agent is not installed any more."""
    agent = agent_of(problem)
    return agent.key_in_fields if agent else ()


def agent_of(problem: IntakeProblem) -> Agent | None:
    try:
        return agents.get(problem.agent)
    except UnknownAgent:
        return None


def _sender(given: dict[str, Any]) -> str:
    mail = given.get("mail")
    return str(mail.get("from") or "nobody") if isinstance(mail, dict) else ""


def _claimed(claimed: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    amount = " ".join(str(claimed[name]) for name in ("amount", "currency") if claimed.get(name))
    said = (("Vendor", str(claimed.get("vendor") or "")), ("Gross amount", amount))
    return tuple((label, value) for label, value in said if value)
