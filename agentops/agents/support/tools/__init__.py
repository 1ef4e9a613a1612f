"""The tools of the support agent; importing this declares them. None of them takes a payment or deletes anything."""

from .answering import draft_reply, search_knowledge
from .reading import find_customer, read_message
from .replying import note_reply, send_reply
from .waiting import await_answer, hear_answer
from .writing import note_triage, open_ticket

TOOLS = (
    *(read_message, open_ticket, find_customer, search_knowledge, draft_reply, note_triage),
    *(send_reply, note_reply, await_answer, hear_answer),
)
