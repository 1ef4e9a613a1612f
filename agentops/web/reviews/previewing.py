"""What somebody is about to sign with their edits: the values they change, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agentops.core.hashing import digest, plain
from agentops.web import values
from agentops.web.formatting import words
from agentops.web.reviews.editing import Argument
from reviews.changes import Change
from reviews.services import Preview

MOST = 12


@dataclass(frozen=True)
class Recap:
    """What `_recap.html` takes; `digest` names exactly these edits."""

    edited: list[Change]
    follows: list[Change]
    signatures: int
    blocked: bool
    digest: str


def recap_of(preview: Preview, edits: Mapping[int, Mapping[str, Any]], arguments: Sequence[Argument]) -> Recap:
    """The edits as a diff, once for each value though several actions take it; and what else is different then."""
    edited = _edited(edits, arguments)
    named = {change.field for change in edited}
    follows = [change for change in preview.changes if _is_news(change, named)]
    return Recap(edited, follows[:MOST], preview.signatures, preview.blocked, digest(plain(_plain(edits))))


def _is_news(change: Change, named: Collection[str]) -> bool:
    """A check is news where it fails or failed; a value where it is not the one that was edited."""
    verdicts = {text.rpartition("(")[2] for text in (change.before, change.after)}
    if verdicts <= {"passed)", "failed)", ""}:
        return "failed)" in verdicts
    return change.field not in named


def _plain(edits: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    return {str(ordinal): dict(args) for ordinal, args in edits.items()}


def _edited(edits: Mapping[int, Mapping[str, Any]], arguments: Sequence[Argument]) -> list[Change]:
    found: dict[str, Change] = {}
    for ordinal, args in edits.items():
        for name, value in args.items():
            about = next((a for a in arguments if (ordinal, name) in a.places), None)
            if about is not None:
                after = "" if value is None else values.shown(str(value), about.kind, about.currency)
                found[about.name] = Change(about.name, about.label, about.shown, after)
            elif isinstance(value, Mapping):
                told = ", ".join(f"{one} \N{RIGHTWARDS ARROW} {other or 'none'}" for one, other in value.items())
                found[name] = Change(name, words(name), "", told)
    return list(found.values())
