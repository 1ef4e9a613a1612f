"""Kinds of columns that several tables of the runtime use."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Func


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
