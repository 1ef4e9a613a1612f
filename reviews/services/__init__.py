"""Every write of the room, one verb each. The shape repeats: lock, check, change, record, wake."""

from reviews.services.absences import CannotBeAway, be_away, come_back
from reviews.services.claims import claim, release, take_over
from reviews.services.commenting import comment, words_of_comment
from reviews.services.desks import create_desk, grant_desk, revoke_desk, set_personal_limit
from reviews.services.drafts import discard_draft, save_draft
from reviews.services.ending import hand_over, reject, send_back
from reviews.services.escalating import escalate_late
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
from reviews.services.snoozing import CannotSnooze, snooze, wake
from reviews.services.taking_back import revoke, undo
from reviews.services.unsticking import answer, judge_sample, retry_stuck, settle_unknown
from reviews.services.views import CannotSave, remove_view, save_view

__all__ = [
    "Blocked",
    "CannotBeAway",
    "CannotSave",
    "CannotSnooze",
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
    "be_away",
    "claim",
    "come_back",
    "comment",
    "create_desk",
    "discard_draft",
    "edit_and_approve",
    "escalate_late",
    "expire_overdue",
    "grant_desk",
    "hand_over",
    "judge_sample",
    "open_review",
    "reject",
    "release",
    "remove_view",
    "retry_stuck",
    "revoke",
    "revoke_desk",
    "save_draft",
    "save_view",
    "send_back",
    "set_personal_limit",
    "settle_unknown",
    "snooze",
    "take_over",
    "undo",
    "wake",
    "words_of",
    "words_of_comment",
]
