"""The tools of the support agent; importing this declares them. None of them takes a payment or deletes anything."""

from .answering import draft_reply, search_knowledge
from .reading import find_customer, read_message
from .replying import note_reply, send_reply
from .waiting import await_answer, hear_answer
from .writing import note_triage, open_ticket

__all__ = [
    "await_answer",
    "draft_reply",
    "find_customer",
    "hear_answer",
    "note_reply",
    "note_triage",
    "open_ticket",
    "read_message",
    "search_knowledge",
    "send_reply",
]
