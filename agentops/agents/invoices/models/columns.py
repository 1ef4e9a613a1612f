"""Columns that every table of this agent writes alike."""

from typing import Any

from django.db import models


def amount(**options: Any) -> Any:
    """An amount of money: four decimals hold every currency's smallest coin."""
    return models.DecimalField(max_digits=19, decimal_places=4, **options)


def quantity(**options: Any) -> Any:
    return models.DecimalField(max_digits=19, decimal_places=6, **options)


def price(**options: Any) -> Any:
    """A price per piece, which may be a fraction of a coin."""
    return models.DecimalField(max_digits=22, decimal_places=10, **options)


def currency(**options: Any) -> Any:
    return models.CharField(max_length=3, **options)


def is_a_currency(field: str = "currency") -> models.Q:
    return models.Q(**{f"{field}__regex": r"^[A-Z]{3}$"})
