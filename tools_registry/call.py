"""One call as a tool sees it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tools_registry.http import BoundClient


@dataclass(slots=True)
class ToolCall:
    """Who asks, for what, until when. `deadline` is on the monotonic clock; `key` stays on every retry.

    `sent_before` says that an earlier send under this key, in another life of the worker, may have had its
    effect: then neither a failure nor a no is believed. `has_sent` says that this call has sent more than a question.
    """

    key: str
    run_id: UUID | None = None
    step: str = ""
    attempt: int = 1
    tries_left: int | None = None  # attempts that its step may still make, this one included; None: no such limit
    epoch: int = 0
    agent: str = ""
    requester_id: UUID | None = None
    deadline: float = float("inf")
    today: date | None = None
    now: datetime | None = None
    locking: bool = False
    sent_before: bool = False
    has_sent: bool = False
    tool: str = ""
    client: "BoundClient | None" = field(default=None, repr=False)

    @property
    def http(self) -> "BoundClient":
        """The one HTTP client, bound to this call's deadline."""
        if self.client is None:
            from tools_registry.http import client

            self.client = client().bound(self)
        return self.client
