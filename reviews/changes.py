"""What differs between two versions of a proposal, in the words of the page. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from runs.models import Proposal


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is no longer what somebody saw; `before` or `after` is empty where it was not there."""

    field: str
    label: str
    before: str
    after: str


def changes(before: Proposal | None, after: Proposal) -> tuple[Change, ...]:
    """Everything that changed from one version to the next; empty if the earlier one is not known."""
    if before is None or before.digest == after.digest:
        return ()
    return tuple(_compare(_values(before), _values(after)))


def checks_of(proposal: Proposal) -> list[dict[str, Any]]:
    """The comparisons the agent's code made for it."""
    return list((proposal.body or {}).get("facts", {}).get("checks", ()))


def _compare(old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]]) -> Iterator[Change]:
    for key in [*old, *(key for key in new if key not in old)]:
        (label, was), (label_now, now) = old.get(key, ("", "")), new.get(key, ("", ""))
        if was != now:
            yield Change(key.partition(":")[2], label_now or label, was, now)


def _values(proposal: Proposal) -> dict[str, tuple[str, str]]:
    body: Mapping[str, Any] = proposal.body or {}
    found = {
        f"field:{row.get('name')}": (
            str(row.get("label") or row.get("name")),
            _text(row.get("shown") or row.get("value")),
        )
        for row in body.get("fields", ())
    }
    for check in checks_of(proposal):
        label = str(check.get("name", "")).replace("_", " ").capitalize()
        found[f"check:{check.get('field') or check.get('name')}:{check.get('name')}"] = (
            label,
            f"{_text(check.get('found'))} ({'passed' if check.get('passed') else 'failed'})",
        )
    if not body.get("fields"):
        found["proposal:sentence"] = ("Proposal", proposal.sentence)
    found["proposal:confidence"] = ("Confidence", _text(proposal.confidence))
    found["proposal:signatures"] = ("Signatures needed", _text(proposal.signatures))
    return found


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # 0.9550 is no other confidence than 0.955
    return "" if value is None else str(value)
