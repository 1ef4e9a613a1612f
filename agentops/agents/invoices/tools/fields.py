"""What the arguments of several tools have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from agentops.core.currencies import MINOR_DIGITS
from tools_registry.facts import Source
from tools_registry.sources import From

from ..numbers import number_key

SHA = "a" * 64  # in examples, as is the next
RUN = "0192f0c0-0000-7000-8000-000000000000"


def _is_a_currency(code: str) -> str:
    if code not in MINOR_DIGITS:
        raise ValueError("there is no such currency")
    return code


def _has_a_key(number: str) -> str:
    if not number_key(number):
        raise ValueError("an invoice number has letters or digits")
    return number


# Whom it concerns is looked up in the master, by code or as a person names it; which account is paid, by code alone.
VendorKey = Annotated[str, From(Source.MASTER, Source.USER)]
Payee = Annotated[str, From(Source.MASTER)]
Currency = Annotated[str, AfterValidator(_is_a_currency)]
Number = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_has_a_key)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=19, decimal_places=4)]
