"""Every write of the room, one verb each. The shape repeats: lock, check, change, record, wake."""

from reviews.services.claims import claim, release, take_over
from reviews.services.desks import create_desk, grant_desk, revoke_desk, set_personal_limit
from reviews.services.drafts import discard_draft, save_draft
from reviews.services.ending import hand_over, reject, send_back
from reviews.services.expiry import expire_overdue
from reviews.services.opening import open_review
from reviews.services.recording import words_of
from reviews.services.refusals import (
    Blocked,
    ClaimedByAnother,
    MayNotSign,
    NoSuchReview,
    NotForThisKind,
    ProposalChanged,
    RequestKeyReused,
    ReviewClosed,
    ReviewError,
    RunRefused,
    StepUpNeeded,
    TooLateToTakeBack,
    WordsNeeded,
)
from reviews.services.signing import approve, edit_and_approve
from reviews.services.taking_back import revoke, undo
from reviews.services.unsticking import answer, judge_sample, retry_stuck, settle_unknown

__all__ = [
    "Blocked",
    "ClaimedByAnother",
    "MayNotSign",
    "NoSuchReview",
    "NotForThisKind",
    "ProposalChanged",
    "RequestKeyReused",
    "ReviewClosed",
    "ReviewError",
    "RunRefused",
    "StepUpNeeded",
    "TooLateToTakeBack",
    "WordsNeeded",
    "answer",
    "approve",
    "claim",
    "create_desk",
    "discard_draft",
    "edit_and_approve",
    "expire_overdue",
    "grant_desk",
    "hand_over",
    "judge_sample",
    "open_review",
    "reject",
    "release",
    "retry_stuck",
    "revoke",
    "revoke_desk",
    "save_draft",
    "send_back",
    "set_personal_limit",
    "settle_unknown",
    "take_over",
    "undo",
    "words_of",
]
