"""The filter on whatever leaves the house: secrets, cards, accounts and canaries in any `external` action, and what the
agent's code knows to be somebody else's. A find never leaves alone; a person sees the spot, masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentops.core.redaction import redact_text
from runs.agents.outgoing import Spot
from runs.leased import LeasedRun
from runs.models import Action
from tools_registry.facts import Check
from tools_registry.kinds import Impact, Severity

NAME = "outbound filter"
SECRET, OTHERS = "secret_leaves", "another_party"
LONGEST = 60


def outbound_checks(run: LeasedRun, actions: Sequence[Action]) -> tuple[Check, ...]:
    """One check that failed for each spot, or one that passed for each action in which there is none."""
    return tuple(check for action in actions if action.impact == Impact.EXTERNAL for check in _checks_of(run, action))


def _checks_of(run: LeasedRun, action: Action) -> list[Check]:
    found = [
        _failed(name, spot, code)
        for name, text in run.agent.leaving(action.tool, action.args).items()
        for code, spots in ((SECRET, hidden_in(text)), (OTHERS, run.agent.foreign_in(run.id, text)))
        for spot in spots
    ]
    return found or [Check(NAME, action.name, "nothing", "nothing", True, Severity.WARNS, SECRET)]


def _failed(name: str, spot: Spot, code: str) -> Check:
    found = f"line {spot.line}: {spot.shown}"
    told = f"{spot.kind[:1].upper()}{spot.kind[1:]} would leave, in {name}, {found}. Take it out, or say that it may."
    return Check(NAME, name, "nothing", found, False, Severity.WARNS, code, told)


def hidden_in(text: str) -> Iterator[Spot]:
    """Each line with something that redaction hides; else what it hides only where lines are read as one."""
    found = False
    for number, line in enumerate(text.splitlines(), 1):
        if (safe := redact_text(line)) != line:
            found = True
            yield Spot("a secret, card or account", number, _around(line, safe))
    whole = " ".join(text.split())
    if not found and (safe := redact_text(whole)) != whole:
        yield Spot("a secret, card or account over several lines", 1, _around(whole, safe))


def _around(line: str, safe: str) -> str:
    """What redaction put in the place of the find, with no more of the line than that."""
    before = _alike(line, safe)
    after = _alike(line[before:][::-1], safe[before:][::-1])
    return safe[before : len(safe) - after][:LONGEST] or "[hidden]"


def _alike(one: str, other: str) -> int:
    """How many signs two texts have in common from their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
