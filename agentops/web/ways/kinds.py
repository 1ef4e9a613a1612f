"""The three kinds of ways in, as addresses and pages call them."""

from dataclasses import dataclass

from django import forms

from agentops.intake.models import Mailbox, Schedule, Watch
from agentops.web.ways.forms import MailboxForm, ScheduleForm, WatchForm

AnyWay = Mailbox | Watch | Schedule


@dataclass(frozen=True)
class Kind:
    """One kind: its name in addresses, its table, its form, and its words."""

    name: str
    model: type[Mailbox] | type[Watch] | type[Schedule]
    form: type[forms.Form]
    label: str
    many: str
    about: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "mailbox",
            Mailbox,
            MailboxForm,
            "mailbox",
            "Mailboxes",
            "Each attachment of a mail becomes a run; the mail itself is kept as evidence.",
        ),
        Kind(
            "folder",
            Watch,
            WatchForm,
            "watched folder",
            "Watched folders",
            "Each file that lies still becomes a run, and is moved to done or refused.",
        ),
        Kind(
            "schedule",
            Schedule,
            ScheduleForm,
            "schedule",
            "Schedules",
            "A run at set times, asked for by whoever wrote the schedule; somebody else decides about it.",
        ),
    )
}
