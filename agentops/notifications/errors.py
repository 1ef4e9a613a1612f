"""What cannot be done with a notification; each message is for the person who reads it."""


class NewsError(Exception):
    """A change that is refused; the message says what to do."""
