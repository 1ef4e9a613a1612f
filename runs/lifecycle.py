"""The statuses of runs, proposals and effects, and every move that is allowed. A trigger in the database holds
the same tables (migration 0002); a test compares the two.

A run is born `queued`. A worker claims it (`running`, under a lease), carries it step by step, and lets go: it
is `awaiting` something, or it has ended, or it is `queued` again because the worker stopped or died. What it
awaited arrives and queues it again. A person's final no ends it `rejected` where it waits, in the transaction of
their decision. An ended run never moves.
"""

from django.db.models import Q, TextChoices

from agentops.core.transitions import Transitions


class RunStatus(TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    AWAITING = "awaiting"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Awaiting(TextChoices):
    """What a run that is `awaiting` waits for."""

    REVIEW = "review"
    MODEL = "model"
    MESSAGE = "message"
    TIMER = "timer"
    CHILD = "child"
    HOLD = "hold"


ENDED = frozenset({RunStatus.COMPLETED, RunStatus.REJECTED, RunStatus.FAILED, RunStatus.CANCELLED})
IS_ENDED = Q(status__in=sorted(ENDED))

RUN_MOVES = Transitions(
    {
        RunStatus.QUEUED: {RunStatus.RUNNING, RunStatus.AWAITING, RunStatus.CANCELLED},
        RunStatus.RUNNING: {RunStatus.QUEUED, RunStatus.AWAITING, *ENDED},
        RunStatus.AWAITING: {RunStatus.QUEUED, RunStatus.CANCELLED, RunStatus.REJECTED},
        **{ended: set() for ended in ENDED},
    }
)  # queued to awaiting is a hold: a kill switch parks what nobody has claimed yet


class ProposalState(TextChoices):
    OPEN = "open"  # waits for people
    ALLOWED = "allowed"  # the gate let it pass; being performed
    APPROVED = "approved"  # fully signed; being performed
    PERFORMED = "performed"  # each of its actions has its effect
    SUPERSEDED = "superseded"  # an edit, new information or a moved world made the next number
    REJECTED = "rejected"
    DENIED = "denied"  # the gate refused it; nobody can sign it


LIVE = frozenset({ProposalState.OPEN, ProposalState.ALLOWED, ProposalState.APPROVED})
IS_LIVE = Q(state__in=sorted(LIVE))

PROPOSAL_MOVES = Transitions(
    {
        ProposalState.OPEN: {ProposalState.APPROVED, ProposalState.SUPERSEDED, ProposalState.REJECTED},
        ProposalState.ALLOWED: {
            ProposalState.PERFORMED,
            ProposalState.SUPERSEDED,
            ProposalState.REJECTED,
        },
        ProposalState.APPROVED: {
            ProposalState.OPEN,  # undone within the desk's seconds
            ProposalState.PERFORMED,
            ProposalState.SUPERSEDED,
            ProposalState.REJECTED,
        },
        ProposalState.PERFORMED: set(),
        ProposalState.SUPERSEDED: set(),
        ProposalState.REJECTED: set(),
        ProposalState.DENIED: set(),
    }
)


class EffectStatus(TextChoices):
    INTENDED = "intended"  # committed here, certainly not sent
    SENT = "sent"  # may have reached the receiver
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # certainly did not happen
    UNKNOWN = "unknown"  # nobody can tell but a person


UNSETTLED = frozenset({EffectStatus.INTENDED, EffectStatus.SENT, EffectStatus.UNKNOWN})
IS_UNSETTLED = Q(status__in=sorted(UNSETTLED))

EFFECT_MOVES = Transitions(
    {
        EffectStatus.INTENDED: {EffectStatus.SENT, EffectStatus.REFUSED},
        # back to intended: the receiver certainly did not do it, so it may be sent again
        EffectStatus.SENT: {
            EffectStatus.INTENDED,
            EffectStatus.CONFIRMED,
            EffectStatus.REFUSED,
            EffectStatus.UNKNOWN,
        },
        EffectStatus.UNKNOWN: {EffectStatus.CONFIRMED, EffectStatus.REFUSED},
        EffectStatus.CONFIRMED: set(),
        EffectStatus.REFUSED: set(),
    }
)
