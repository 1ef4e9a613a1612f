"""The shop's runs and the thinker's, stored, and replayed in the test's own process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from agentops.core.ids import uuid7
from runs import steering
from runs.agents import Instruction
from runs.models import Proposal
from runs.replay.holding import Played
from runs.replay.player import play
from runs.replay.reading import read_tape
from tests.runs.gateway.conftest import provider, thinker  # noqa: F401 - fixtures

NEVER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def replayed() -> Callable[..., Played]:
    """Replay a stored run."""
    return lambda run_id, **more: play(read_tape(run_id), **more)


def proposal_of(run_id: UUID) -> Proposal:
    return Proposal.objects.filter(run_id=run_id).latest("number")


def decide(run_id: UUID, how: str, **more: Any) -> None:
    """What a person says of the run's proposal."""
    now = datetime.now(UTC)
    with transaction.atomic():
        run, proposal = steering.lock_run(run_id), proposal_of(run_id)
        if how == "approve":
            signers = [uuid7() for _ in range(proposal.signatures)]
            steering.approve_proposal(run, proposal, signers=signers, expires_at=NEVER, not_before=None, now=now)
        elif how == "reject":
            steering.end_rejected(run, code="not_wanted", proposal=proposal, now=now)
        elif how == "send_back":
            told = Instruction("look_again", "Look again.", fields=more.get("fields", {}))
            steering.send_back(run, proposal, instruction=told, now=now)
        else:
            steering.amend_proposal(run, proposal, edits=more["edits"], editor=more["editor"], now=now)
