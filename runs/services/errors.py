"""Why something about a run cannot be done, in words for the person who asked."""


class RunError(Exception):
    """Something about a run cannot be done; the message is for the person who asked."""


class RequestKeyUsed(RunError):
    """This requester has used the key for another request."""


class RunEnded(RunError):
    """The run has ended already."""
