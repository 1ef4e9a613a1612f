"""Payloads of model calls: spelled as text, so that what comes back is what was said, numbers and all."""

from __future__ import annotations

from typing import Any

import orjson

from agentops.core.audit import payloads

REQUEST, EXCHANGE = "request", "exchange"  # names of the payloads in the events' commits


def committed(value: Any) -> payloads.Commitment:
    """A commitment to any JSON value."""
    return payloads.commit({"json": orjson.dumps(value, default=str).decode()})


def opened(payload: dict[str, Any]) -> Any:
    """The value again."""
    return orjson.loads(payload["json"])


def stream_of(run_id: Any) -> str:
    return f"run:{run_id}"


def subject_of(run_id: Any) -> str:
    """Whom erasure concerns: everything models were asked about one run goes under one key."""
    return f"run:{run_id}"
