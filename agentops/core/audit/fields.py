"""Column types that Django does not bring along."""

from typing import Any

from django.db import models


class TransactionIdField(models.Field):
    """The id of a PostgreSQL transaction that never wraps around (`xid8`)."""

    def db_type(self, connection: Any) -> str:
        """The name of the type in PostgreSQL."""
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        """An integer, whatever the driver made of it."""
        return None if value is None else int(value)


class CurrentTransaction(models.Func):
    """The id of the transaction that is running."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = TransactionIdField()
