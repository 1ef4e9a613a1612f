"""The one door for documents: upload, inbox, API and command all come through `take_in`.

A file is stored before anything looks at it. What the agent admits starts a run; what it refuses leaves a receipt
that people see at the agent's desk, with the original, its reason, and the ways on: try again, replace it,
key in by hand, close.
"""

from runs.intake.allowance import bytes_taken_in
from runs.intake.asking import GOAL, Unusable, claim_of, goal_of, input_of
from runs.intake.keying import typed_in
from runs.intake.problems import close_problem, fetch_original, key_in, try_again
from runs.intake.receipts import STREAM, keep_receipt
from runs.intake.replacing import replace_file
from runs.intake.settling import event_of
from runs.intake.taking import Taken, printable, take_in

__all__ = [
    "GOAL",
    "STREAM",
    "Taken",
    "Unusable",
    "bytes_taken_in",
    "claim_of",
    "close_problem",
    "event_of",
    "fetch_original",
    "goal_of",
    "input_of",
    "keep_receipt",
    "key_in",
    "printable",
    "replace_file",
    "take_in",
    "try_again",
    "typed_in",
]
