"""Every write of the room, one verb each."""

from agentops.notifications.services.channels import (
    make_channel,
    pause_channel,
    resume_channel,
    send_again,
    test_channel,
)
from agentops.notifications.services.choosing import choose, choose_for_desk, set_manner
from agentops.notifications.services.reading import mark_all_read, mark_read

__all__ = [
    "choose",
    "choose_for_desk",
    "make_channel",
    "mark_all_read",
    "mark_read",
    "pause_channel",
    "resume_channel",
    "send_again",
    "set_manner",
    "test_channel",
]
