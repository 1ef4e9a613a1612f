"""What people ask of the room: ways set up, changed, paused; mails assigned, closed or fetched."""

from agentops.intake.services.asking import Draft, MayNotAsk, ask_sender, draft_for
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
    "Draft",
    "MayNotAsk",
    "TriageError",
    "WayError",
    "add",
    "ask_sender",
    "assign",
    "close",
    "draft_for",
    "edit",
    "fetch_original",
    "look_now",
    "pause",
    "resume",
]
