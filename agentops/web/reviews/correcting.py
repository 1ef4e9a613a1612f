"""What was read, as values that a person can put right when they send a run back."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from agentops.web import values
from reviews.models import Review
from runs.agents import UnknownAgent, agents

PREFIX = "comment."


class NotSuchAValue(ValueError):
    """What was typed is no amount or no date; the message names the field."""


def correctable(review: Review) -> list[dict[str, Any]]:
    """The values of the proposal, or what was read where none was made."""
    fields = ((review.proposal.body or {}).get("fields") or []) if review.proposal else []
    try:
        rows = fields or agents.get(review.agent).subject(review.run_id).get("fields", [])
    except UnknownAgent:
        rows = []
    return [as_input(row) for row in rows if (row.get("source") or {}).get("kind") != "master"]


def as_input(row: Mapping[str, Any]) -> dict[str, Any]:
    """A value that was read, as a field of the form."""
    value = "" if row.get("value") is None else str(row["value"])
    kind = str(row.get("kind") or "")
    written = values.shown(value, kind, str(row.get("currency") or "")) if kind != "text" else _spoken(row, value)
    return {**row, "value": value, "shown": written, "input_name": f"{PREFIX}{row['name']}"}


def corrections_in(form: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What somebody put right, by field; what stays as it was read is none. Raises `NotSuchAValue`."""
    known = {str(row["name"]): row for row in rows}
    found = {}
    for name in form:
        if not name.startswith(PREFIX):
            continue
        row, text = known.get(name.removeprefix(PREFIX), {}), str(form[name]).strip()
        value = _checked(values.typed(text, str(row.get("kind") or "")), row)
        if value and text != row.get("shown") and value != row.get("value"):
            found[name.removeprefix(PREFIX)] = value
    return found


def _spoken(row: Mapping[str, Any], value: str) -> str:
    """`credit note` for credit_note; never the record that a value was matched with."""
    shown = str(row.get("shown") or "")
    return shown if shown.replace(" ", "_") == value else value


def _checked(value: str, row: Mapping[str, Any]) -> str:
    try:
        if value and row.get("kind") == "money":
            Decimal(value)
        elif value and row.get("kind") == "date":
            date.fromisoformat(value)
    except (InvalidOperation, ValueError):
        what = "an amount such as 1,593.00" if row.get("kind") == "money" else "a date such as 16 Dec 2026"
        raise NotSuchAValue(f"{row.get('label')}: {value!r} is not {what}.") from None
    return value
