"""What people may see of a call: question and answer as they were, with secrets, cards and accounts masked."""

from __future__ import annotations

from typing import Any

from agentops.core.audit import payloads
from agentops.core.redaction import redact
from runs.gateway.spelling import EXCHANGE, REQUEST, opened, stream_of
from runs.models import ModelCall

ERASED = "erased"


def question_shown(call: ModelCall) -> Any:
    """The neutral request, redacted; None where there is none (a call that older code recorded)."""
    return _shown(call, call.asked_seq, REQUEST)


def exchange_shown(call: ModelCall) -> Any:
    """What was sent and what came back, redacted; None while there is nothing."""
    return _shown(call, call.told_seq, EXCHANGE)


def _shown(call: ModelCall, seq: int | None, name: str) -> Any:
    if seq is None:
        return None
    try:
        return redact(opened(payloads.read(stream_of(call.run_id), seq, name=name)))
    except (payloads.PayloadErased, payloads.PayloadMissing):
        return ERASED
