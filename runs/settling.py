"""Effects that are not settled yet, and what that forbids: a run with one in the air is neither replanned nor ended.

An effect that is only `intended` was certainly not sent, and cannot be sent any more once its run has no lease: it
may be withdrawn. One that was `sent`, or is `unknown`, must be found out first.
"""

from __future__ import annotations

from uuid import UUID

from agentops.core.clock import db_now
from runs.lifecycle import IS_UNSETTLED, EffectStatus
from runs.models import Effect
from tools_registry.facts import LimitUse
from tools_registry.services import release_limits

IN_THE_AIR = (EffectStatus.SENT, EffectStatus.UNKNOWN)


def unsettled(run_id: UUID) -> bool:
    """Is there an effect whose outcome is open?"""
    return Effect.objects.filter(IS_UNSETTLED, run_id=run_id).exists()


def in_the_air(run_id: UUID) -> bool:
    """Is there an effect that may have happened, and nobody knows?"""
    return Effect.objects.filter(run_id=run_id, status__in=IN_THE_AIR).exists()


def withdraw_intended(run_id: UUID) -> list[str]:
    """Refuse what was intended and never sent, give back its limits, and return the keys for the run's event.

    The caller has locked the run, and nobody else holds its lease.
    """
    keys = []
    for effect in Effect.objects.select_for_update().filter(run_id=run_id, status=EffectStatus.INTENDED):
        release_limits([LimitUse.from_json(use) for use in effect.limits])
        Effect.objects.filter(pk=effect.pk).update(
            status=EffectStatus.REFUSED, error="withdrawn before it was sent", settled_at=db_now()
        )
        keys.append(effect.pk)
    return keys
