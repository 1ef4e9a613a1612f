"""The codes a person gives with a no: what they mean on the page, and to which kind of review they belong."""

from __future__ import annotations

from collections.abc import Mapping

from reviews.lifecycle import ReviewKind

REJECTIONS: Mapping[str, str] = {
    "fraud": "Suspected fraud",
    "duplicate": "Duplicate",
    "wrong_amount": "Wrong amount or price",
    "not_ours": "Not for us",
    "wrong_data": "The agent read the document wrong",
    "other": "Other, see note",
}
ENDINGS: Mapping[str, str] = {
    "elsewhere": "Handled outside",
    "not_ours": "Not for us",
    "fraud": "Suspected fraud",
    "other": "Other, see note",
}
SEND_BACKS: Mapping[str, str] = {
    "read_again": "Something was read wrong",
    "look_again": "Look something up again",
    "wrong_match": "Matched with the wrong record",
    "other": "Other, see note",
}


def rejections_for(kind: str) -> Mapping[str, str]:
    """The codes with which a review of this kind is ended."""
    return REJECTIONS if kind == ReviewKind.APPROVAL else ENDINGS
