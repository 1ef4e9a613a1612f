"""What people ask of the room: ways set up, changed, paused; mails assigned, closed or fetched."""

from agentops.intake.services.changing import (
    MANAGERS,
    add,
    edit,
    look_now,
    pause,
    resume,
)
from agentops.intake.services.checking import WayError
from agentops.intake.services.triage import TriageError, assign, close, fetch_original

__all__ = [
    "MANAGERS",
    "TriageError",
    "WayError",
    "add",
    "assign",
    "close",
    "edit",
    "fetch_original",
    "look_now",
    "pause",
    "resume",
]
