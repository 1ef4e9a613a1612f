"""What people said about a run so far: who, what, when, their words, and what they changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.web import values
from agentops.web.formatting import words
from agentops.web.reviews.editing import Argument
from reviews import queries
from reviews.models import Review
from reviews.services.commenting import words_about

DID: Mapping[str, str] = {
    "approve": "approved",
    "edit": "edited and approved",
    "reject": "rejected",
    "send_back": "sent it back",
    "hand_over": "handed it over",
    "take_over": "took it over",
    "answer": "answered",
    "retry": "let it try again",
    "by_hand": "did a step by hand",
    "happened": "said that it happened",
    "did_not_happen": "said that it did not happen",
    "take_back": "took the signature back",
}


@dataclass(frozen=True)
class Line:
    """One line of the history: who, what, when, and their words."""

    who: UUID
    name: str
    what: str
    at: datetime
    words: str
    changed: list[tuple[str, str]]  # label and new value, of edits and of corrections


def history_of(review: Review, said: Sequence[queries.Said], arguments: Iterable[Argument]) -> list[Line]:
    """What people decided and wrote about this run so far, with their words, oldest first."""
    written = words_about(review.run_id, (one.audit_seq for one in said))
    return [_line(one, written, arguments) for one in said]


def _line(one: queries.Said, written: Mapping[int, Mapping[str, Any]], arguments: Iterable[Argument]) -> Line:
    did = DID.get(one.verdict, one.verdict) if one.verdict else "wrote"
    if one.audit_seq is None:
        return Line(one.person_id, one.name, did, one.at, "", [])
    told = written.get(one.audit_seq, {"words": "erased"})
    return Line(one.person_id, one.name, did, one.at, str(told.get("words", "")), _changed(told, arguments))


def _changed(said: Mapping[str, Any], arguments: Iterable[Argument]) -> list[tuple[str, str]]:
    """Edits and corrections, each as a label and a value as people read it."""
    given = [pair for edit in said.get("edits", ()) for pair in dict(edit.get("args", {})).items()]
    given += dict(said.get("fields", {})).items()
    found = {}
    for name, value in given:
        if isinstance(value, list | bool):
            continue  # follows from the rest
        if isinstance(value, Mapping):
            found[words(name)] = ", ".join(
                f"{one} \N{RIGHTWARDS ARROW} {other or 'none'}" for one, other in value.items()
            )
            continue
        about = next((a for a in arguments if name == a.name or name in [place for _, place in a.places]), None)
        kind, currency = (about.kind, about.currency) if about else ("", "")
        shown = "removed" if value is None else values.shown(str(value), kind, currency)
        found[about.label if about else words(name)] = shown
    return list(found.items())
