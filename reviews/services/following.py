"""Whether the run can follow a decision: what the runtime refuses becomes a refusal that a page shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reviews.services.refusals import RunRefused
from runs import steering


@contextmanager
def refused_by_the_run() -> Iterator[None]:
    """Raises `RunRefused` in place of what the runtime raises; the transaction is rolled back with it."""
    try:
        yield
    except steering.SteeringError as error:
        raise RunRefused(str(error)) from error
