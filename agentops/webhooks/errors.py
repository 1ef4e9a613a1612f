"""What cannot be done with a webhook; each message is for the person who reads it."""

from tools_registry.limits import Taken


class WebhookError(Exception):
    """A change that is refused; the message says what to do."""


class BadAddress(WebhookError):
    """An address we never call."""


class TooOften(WebhookError):
    """More calls than are taken in a minute; `counted` says when to go on."""

    def __init__(self, counted: Taken) -> None:
        self.counted = counted
        super().__init__(f"Too many calls. Go on in {counted.turns_in} seconds.")


class Unsigned(WebhookError):
    """A call without a valid signature of a source we know. Never says which of the two it was."""


class BadCall(WebhookError):
    """A signed call that cannot be followed; `code` names the problem for a program."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)
