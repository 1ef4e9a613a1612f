"""What somebody has typed and not yet said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.models import User
from reviews.models import Draft
from runs.points import durable


@durable("review.draft")
def save_draft(*, review_id: UUID, person: User, digest: str, body: Mapping[str, Any], now: datetime) -> Draft:
    """Keep what a person has typed into a review, over what they had typed before."""
    draft, _ = Draft.objects.update_or_create(
        review_id=review_id,
        person=person,
        defaults={"digest": digest, "body": dict(body), "saved_at": now},
    )
    return draft


@durable("review.draft_discarded")
def discard_draft(*, review_id: UUID, person: User) -> None:
    """Forget it, because it was said or is not wanted any more."""
    Draft.objects.filter(review_id=review_id, person=person).delete()
