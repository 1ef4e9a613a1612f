"""Every write of the room, one verb each. The shape repeats: lock, check, change, record, wake."""

from reviews.services.absences import CannotBeAway, be_away, come_back
from reviews.services.assigning import assign
from reviews.services.changing import CannotChangeDesk, change_desk
from reviews.services.claims import claim, hold, release, take_over
from reviews.services.commenting import comment, words_of_comment
from reviews.services.desks import MayNotAdminister, create_desk, grant_desk, revoke_desk, set_personal_limit
from reviews.services.drafts import discard_draft, save_draft
from reviews.services.ending import hand_over, reject, send_back
from reviews.services.escalating import escalate_late
from reviews.services.expiry import expire_overdue
from reviews.services.limits import (
    CannotSetLimit,
    Wished,
    confirm_limit,
    refuse_limit,
    wish_limit,
)
from reviews.services.opening import open_review
from reviews.services.placing import CannotPlace, Level, place_at_desk
from reviews.services.previewing import Preview, preview_edit
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
from reviews.services.taking_over import do_by_hand
from reviews.services.unsticking import answer, judge_sample, retry_stuck, settle_unknown
from reviews.services.views import CannotSave, remove_view, save_view

__all__ = [
    "Blocked",
    "CannotBeAway",
    "CannotChangeDesk",
    "CannotPlace",
    "CannotSave",
    "CannotSetLimit",
    "CannotSnooze",
    "ClaimedByAnother",
    "Level",
    "MayNotAdminister",
    "MayNotSign",
    "NoSuchReview",
    "NotForThisKind",
    "Preview",
    "ProposalChanged",
    "RequestKeyReused",
    "ReviewClosed",
    "ReviewError",
    "RunRefused",
    "StepUpNeeded",
    "TooLateToTakeBack",
    "Wished",
    "WordsNeeded",
    "answer",
    "approve",
    "assign",
    "be_away",
    "change_desk",
    "claim",
    "come_back",
    "comment",
    "confirm_limit",
    "create_desk",
    "discard_draft",
    "do_by_hand",
    "edit_and_approve",
    "escalate_late",
    "expire_overdue",
    "grant_desk",
    "hand_over",
    "hold",
    "judge_sample",
    "open_review",
    "place_at_desk",
    "preview_edit",
    "refuse_limit",
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
    "wish_limit",
    "words_of",
    "words_of_comment",
]
