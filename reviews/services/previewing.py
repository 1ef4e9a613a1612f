"""What an edit would become: validated and gated as if it were signed, then forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from agentops.core.models import User
from reviews.changes import Change, changes
from reviews.services.case import check_open, check_seen, lock_case
from reviews.services.signing import amended
from reviews.standing import check_not_requester, check_within_limit
from runs.points import durable


@dataclass(frozen=True)
class Preview:
    """The next proposal as it would be: its sentence, what differs from the one on the table, and what it needs."""

    sentence: str
    changes: tuple[Change, ...]
    signatures: int
    blocked: bool


def preview_edit(
    *, review_id: UUID, signer: User, seen: str, edits: Mapping[int, Mapping[str, Any]], now: datetime
) -> Preview:
    """Judge an edit and keep nothing of it. Raises as `edit_and_approve` does, but for what blocks, which it tells."""
    with durable("review.preview"):
        case = lock_case(review_id, signer)
        check_open(case.review)
        before = case.actionable()
        check_seen(case.review, seen)
        check_not_requester(signer.id, case.asked_by)
        after = amended(case, before, edits, now)
        check_within_limit(case.who, after)
        found = Preview(after.sentence, changes(before, after), after.signatures, after.blocked)
        transaction.set_rollback(True)
    return found
