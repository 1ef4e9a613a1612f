"""Every write of the room that a person asks for: ways set up, changed, paused; mails assigned or closed."""

from agentops.intake.services.changing import (
    MANAGERS,
    add,
    edit,
    look_now,
    pause,
    resume,
)
from agentops.intake.services.checking import WayError
from agentops.intake.services.triage import TriageError, assign, close

__all__ = [
    "MANAGERS",
    "TriageError",
    "WayError",
    "add",
    "assign",
    "close",
    "edit",
    "look_now",
    "pause",
    "resume",
]
