"""The tables of the room: ways in, mails, what arrived, and what schedules fired."""

from agentops.intake.models.arrivals import Arrival, Disposition
from agentops.intake.models.mail import Acknowledgement, Mail, Question
from agentops.intake.models.schedules import CatchUp, Firing, FiringOutcome, Schedule
from agentops.intake.models.ways import Mailbox, Tls, Watch, Way

__all__ = [
    "Acknowledgement",
    "Arrival",
    "CatchUp",
    "Disposition",
    "Firing",
    "FiringOutcome",
    "Mail",
    "Mailbox",
    "Question",
    "Schedule",
    "Tls",
    "Watch",
    "Way",
]
