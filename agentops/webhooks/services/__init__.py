"""Every write of the room, one verb each."""

from agentops.webhooks.services.endpoints import make_endpoint, pause, resume, rotate, send_again, send_test
from agentops.webhooks.services.limiting import check_rate
from agentops.webhooks.services.receiving import is_expected, take_call
from agentops.webhooks.services.sources import make_source, pause_source, resume_source, rotate_source

__all__ = [
    "check_rate",
    "is_expected",
    "make_endpoint",
    "make_source",
    "pause",
    "pause_source",
    "resume",
    "resume_source",
    "rotate",
    "rotate_source",
    "send_again",
    "send_test",
    "take_call",
]
