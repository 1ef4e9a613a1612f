"""The statuses of a review and the moves between them; a trigger in the database holds the same table.

A review is born `open`. The first of two signatures makes it `signed_once`; an edit or a signature taken back
makes it `open` again, because the signature was given for something else. The last signature, a rejection, a
send-back or an answer closes it as `decided`. Nobody decided in time: `expired`, and by its desk's rule the
run is rejected or another desk gets a review of its own; never is anything allowed. The run was cancelled or
its proposal superseded by the world: `withdrawn`. A claim is a lease beside the status, a courtesy and no
condition.

A closed review stays closed. Where an approval is undone before it fires, the next review is opened in the
next round: signatures of an earlier round count no more, and the same person may sign again.
"""

from datetime import timedelta

from django.db.models import Q, TextChoices

from agentops.core.transitions import Transitions

CLAIM_LASTS = timedelta(minutes=20)


class ReviewStatus(TextChoices):
    OPEN = "open"
    SIGNED_ONCE = "signed_once"
    DECIDED = "decided"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


WAITING = frozenset({ReviewStatus.OPEN, ReviewStatus.SIGNED_ONCE})
IS_OPEN = Q(status__in=[str(status) for status in sorted(WAITING)])

TRANSITIONS = Transitions(
    {
        ReviewStatus.OPEN: {
            ReviewStatus.SIGNED_ONCE,
            ReviewStatus.DECIDED,
            ReviewStatus.EXPIRED,
            ReviewStatus.WITHDRAWN,
        },
        ReviewStatus.SIGNED_ONCE: {
            ReviewStatus.OPEN,  # an edit voids the first signature, or it was taken back
            ReviewStatus.DECIDED,
            ReviewStatus.EXPIRED,
            ReviewStatus.WITHDRAWN,
        },
    }
)


class ReviewKind(TextChoices):
    APPROVAL = "approval"  # a proposal
    STUCK = "stuck"  # the run cannot go on alone
    CLARIFICATION = "clarification"  # the agent asks
    SAMPLE = "sample"  # blind check of something done automatically


class Verdict(TextChoices):
    """What a person said."""

    APPROVE = "approve"
    EDIT = "edit", "Edit and approve"
    REJECT = "reject"
    SEND_BACK = "send_back", "Send back"
    HAND_OVER = "hand_over", "Hand over"
    TAKE_OVER = "take_over", "Take over the claim"
    ANSWER = "answer"
    RETRY = "retry"
    BY_HAND = "by_hand", "Do a step by hand"
    HAPPENED = "happened", "It did happen"
    DID_NOT_HAPPEN = "did_not_happen", "It did not happen"
    TAKE_BACK = "take_back", "Take a signature back"
    # Of a sample: nothing follows from it but knowledge.
    WOULD_APPROVE = "would_approve"
    WOULD_EDIT = "would_edit"
    WOULD_REJECT = "would_reject"
    UNSURE = "unsure"


APPROVING = frozenset({Verdict.APPROVE, Verdict.EDIT})
OF_A_SAMPLE = frozenset({Verdict.WOULD_APPROVE, Verdict.WOULD_EDIT, Verdict.WOULD_REJECT, Verdict.UNSURE})


class ExpiryRule(TextChoices):
    """What happens to a review that nobody decided. There is no third way: time never allows anything."""

    DENY = "deny"
    ESCALATE = "escalate"
