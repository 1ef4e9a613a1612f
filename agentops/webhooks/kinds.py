"""What can be told: the types a receiver chooses from, and the patience we have with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

RUN_FINISHED, REVIEW_OPENED, REVIEW_DECIDED = "run.finished", "review.opened", "review.decided"
INTAKE_REFUSED = "intake.refused"
TEST = "webhook.test"

TYPES: Mapping[str, str] = {
    RUN_FINISHED: "A run ended: completed, rejected, failed or cancelled",
    REVIEW_OPENED: "Something waits for a person",
    REVIEW_DECIDED: "A review was decided, or expired undecided",
    INTAKE_REFUSED: "A file was refused at the door",
}
# Waits before each attempt after the first; the specification's own schedule.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
GIVES_UP_AFTER = timedelta(days=5)  # of nothing but failures; then the endpoint is switched off and says so
ROTATION = timedelta(hours=24)  # how long the secret before still counts beside the new one
