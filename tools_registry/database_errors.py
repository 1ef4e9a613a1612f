"""What an error of the database means for whoever sent the statement: again later, never, or nobody knows."""

from enum import StrEnum

import psycopg
from django.db import DataError, Error, IntegrityError, NotSupportedError, ProgrammingError
from django.db.transaction import TransactionManagementError

# By the first two characters of the SQLSTATE.
_PASSES = frozenset({"25", "40", "53", "55", "57"})  # deadlock, serialization, locks, resources, cancelled
_STANDS = frozenset({"0A", "21", "22", "23", "27", "42", "44", "54", "P0"})  # data, constraints, rights, syntax, limits
_OURS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
_CONNECTION_GONE = frozenset({"57P01", "57P02", "57P03", "57P05"})


class Meaning(StrEnum):
    """Whether the same statements can succeed; `unknown` where the connection went and a commit may have happened."""

    LATER = "later"
    NEVER = "never"
    UNKNOWN = "unknown"


def meaning_of(error: Error) -> Meaning:
    """What this error of Django's says. A server that answered with `later` or `never` has taken everything back."""
    if isinstance(error, TransactionManagementError):  # whatever went wrong before it was passed over
        return Meaning.UNKNOWN
    state = _state(error)
    if not state:  # refused on our side of the wire, such as a NUL in a text, or nobody answered
        return Meaning.NEVER if isinstance(error, _OURS) else Meaning.UNKNOWN
    if state in _CONNECTION_GONE:
        return Meaning.UNKNOWN
    if state[:2] in _STANDS:
        return Meaning.NEVER
    return Meaning.LATER if state[:2] in _PASSES else Meaning.UNKNOWN


def sentence_of(error: Error) -> str:
    """The constraint that refused, by its name (it is a sentence), or else the database's own words."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return str(error)
    return cause.diag.constraint_name or cause.diag.message_primary or str(error)


def _state(error: Error) -> str:
    cause = error.__cause__
    return (cause.sqlstate or "") if isinstance(cause, psycopg.Error) else ""
