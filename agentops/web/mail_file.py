"""What `manage.py intake` prints for a mail: one line, whatever is in it.

With one document in it the line is that document's. With several it names the mail, the run that went worst
(`reject` is worse than `review`, `review` than `auto`, and what is still at work is worst of all), and the reasons of
all of them. With none the mail waits in triage, and the line says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from agentops.intake.models import Arrival, Disposition, Mail
from agentops.web.outcomes import Outcome

WORSE = {"auto": 0, "review": 1, "reject": 2, None: 3}


@dataclass(frozen=True, slots=True)
class MailLine:
    """One line: which bytes, which run, and what became of it."""

    sha256: str
    run: UUID | None
    outcome: Outcome


def line_of(mail: Mail, outcome: Callable[[UUID], Outcome]) -> MailLine:
    """The line of a mail that was worked through; `outcome` waits for a run and says what became of it."""
    arrivals = mail.arrivals.exclude(disposition=Disposition.IGNORED).order_by("ordinal")
    lines = [_of_arrival(arrival, outcome) for arrival in arrivals]
    if not lines:
        return MailLine(mail.document, None, Outcome("refused", None, "reject", [mail.code]))
    if len(lines) == 1:
        return lines[0]
    worst = max(lines, key=lambda line: WORSE[line.outcome.disposition])
    reasons = list(dict.fromkeys(code for line in lines for code in line.outcome.reasons))
    return MailLine(mail.document, worst.run, replace(worst.outcome, reasons=reasons))


def _of_arrival(arrival: Arrival, outcome: Callable[[UUID], Outcome]) -> MailLine:
    if arrival.run_id is None:
        return MailLine(arrival.document, None, Outcome("refused", None, "reject", [arrival.code]))
    return MailLine(arrival.document, arrival.run_id, outcome(arrival.run_id))
