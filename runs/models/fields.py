"""Kinds of columns that several tables of the runtime use."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.signals import connection_created
from django.db.models import Func
from django.dispatch import receiver
from psycopg.types.string import TextLoader


class NextNumber(Func):
    """`nextval` of a named sequence, for the short numbers people say aloud (R-20931)."""

    template = "nextval('%(sequence)s'::regclass)"
    arity = 0


class HashField(models.CharField):
    """A SHA-256 in hexadecimal digits. Fixed length, so Django makes no second index for LIKE."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 64
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        return "char(64)"


class SpelledJSONField(models.JSONField):
    """JSON kept as it was spelled, for what is written once and read whole: exact inputs, outputs, arguments.

    A fifth smaller than `jsonb`, which keeps an offset for every key and value, and cheaper to write: the database
    checks it and takes it apart no further. Searching in it by `=` or `@>` needs a cast to `jsonb`.
    """

    def db_type(self, connection: Any) -> str:
        return "json"


@receiver(connection_created, dispatch_uid="runs.json_as_text")
def read_json_as_text(connection: Any, **kwargs: Any) -> None:
    """Let `json` arrive as `jsonb` does on Django's connections: as text, which the field reads."""
    if connection.vendor == "postgresql":
        connection.connection.adapters.register_loader("json", TextLoader)


class Holds(models.Func):
    """A condition of a CHECK constraint, in the shortest SQL that says it.

    PostgreSQL reads the stored text of each CHECK anew for every INSERT and UPDATE. On rows that every step rewrites,
    what Django writes for the same conditions (`IN` as a list of casts, each column twice) was a tenth of its work.
    """

    template = "%(sql)s"
    output_field = models.BooleanField()

    def __init__(self, sql: str) -> None:
        super().__init__(sql=sql)
