"""Values that a person typed from a document, in the fields that its agent asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from runs.agents import KeyInField
from runs.intake.asking import Unusable, amount_of, currency_of

TEXT_LENGTH = 200


def typed_in(fields: Sequence[KeyInField], typed: Mapping[str, str]) -> dict[str, str]:
    """The values by field, each in its one form; fields left empty are not there.

    Raises `Unusable` for the first field that is missing or cannot be used, and for one that the agent does not ask
    for.
    """
    if unknown := sorted(set(typed) - {field.name for field in fields}):
        raise Unusable("unknown_field", unknown[0], "There is no such field.")
    currency = next((typed.get(field.name, "") for field in fields if field.kind == "currency"), "").strip().upper()
    values = {}
    for field in fields:
        text = typed.get(field.name, "").strip()
        if text:
            values[field.name] = _value(field, text, currency)
        elif field.required:
            raise Unusable("value_missing", field.name, f"{field.label} is needed.")
    return values


def _value(field: KeyInField, text: str, currency: str) -> str:
    if field.kind == "amount":
        return str(amount_of(text, currency or None, field.name))
    if field.kind == "currency":
        return currency_of(text, field.name)
    if field.kind == "date":
        return _date(text, field.name)
    if field.kind == "choice":
        if text not in dict(field.choices):
            raise Unusable("not_a_choice", field.name, "Choose one of those that are offered.")
        return text
    if len(text) > TEXT_LENGTH or not text.isprintable():
        raise Unusable("not_text", field.name, f"At most {TEXT_LENGTH} characters of plain text are taken.")
    return text


def _date(text: str, name: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unusable("not_a_date", name, "Write the date as 2026-04-03: year, month, day.") from None
