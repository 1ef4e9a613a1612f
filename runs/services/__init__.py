"""Starting, cancelling, holding and sweeping runs: every write that is neither a step nor a person's decision."""

from runs.services.ending import cancel_run, close_proposals, end, record, stop_orphans
from runs.services.errors import RequestKeyUsed, RunEnded, RunError
from runs.services.messages import (
    Delivery,
    Message,
    MessageTooLarge,
    Received,
    deliver_message,
    expire_messages,
)
from runs.services.starting import _version, ensure_version, start_run
from runs.services.sweeping import release_holds, requeue_lapsed, ring_if_due, wake_timers

__all__ = [
    "Delivery",
    "Message",
    "MessageTooLarge",
    "Received",
    "RequestKeyUsed",
    "RunEnded",
    "RunError",
    "_version",
    "cancel_run",
    "close_proposals",
    "deliver_message",
    "end",
    "ensure_version",
    "expire_messages",
    "record",
    "release_holds",
    "requeue_lapsed",
    "ring_if_due",
    "start_run",
    "stop_orphans",
    "wake_timers",
]
