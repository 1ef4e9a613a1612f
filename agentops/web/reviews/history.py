"""What people said about a run so far: who, what, when, their words, and what they changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentops.core.models import User
from agentops.web import values
from agentops.web.formatting import words
from agentops.web.reviews.editing import Argument
from reviews import queries
from reviews.models import Review
from reviews.services.commenting import words_of_comments
from reviews.services.recording import words_of

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
class Said:
    """One line of the history: who, what, when, and their words."""

    who: User
    what: str
    at: datetime
    words: str
    changed: list[tuple[str, str]]  # label and new value, of edits and of corrections


def history_of(review: Review, arguments: Iterable[Argument]) -> list[Said]:
    """What people decided and wrote about this run so far, with their words, oldest first."""
    comments = queries.comments_on(review)
    written = words_of_comments(comments)
    lines = [Said(made.person, "wrote", made.at, written.get(made.id, "erased"), []) for made in comments]
    for decision in queries.said_about(review):
        said = words_of(decision)
        told = "erased" if said.get("erased") else str(said.get("words", ""))
        did = DID.get(decision.verdict, decision.verdict)
        lines.append(Said(decision.person, did, decision.decided_at, told, _changed(said, arguments)))
    return sorted(lines, key=lambda line: line.at)


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
