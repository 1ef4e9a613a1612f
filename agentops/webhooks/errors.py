"""What cannot be done with a webhook; each message is for the person who reads it."""


class WebhookError(Exception):
    """A change that is refused; the message says what to do."""


class BadAddress(WebhookError):
    """An address we never call."""


class Unsigned(WebhookError):
    """A call without a valid signature of a source we know. Never says which of the two it was."""


class BadCall(WebhookError):
    """A signed call that cannot be followed; `code` names the problem for a program."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)
