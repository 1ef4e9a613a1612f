"""Effects in our own tables: one transaction holds the permit, the tool, the effect and the checkpoint."""

from __future__ import annotations

from runs.agents import Planned
from runs.awaiting import StepCall
from runs.budgets import TRIES
from runs.checkpoints import Boundary
from runs.leased import LeasedRun
from runs.models import Action
from runs.permits import Changed, permit_for
from runs.points import durable, point
from runs.proposing import Live
from runs.recording import add_effect, effect_key, once, record
from runs.unfinished import unfinished
from tools_registry.calling import Attempt
from tools_registry.results import Failed, Refused, Unknown
from tools_registry.tool import ToolSpec
from tools_registry.transactional import invoke_transactional


class NotDone(Exception):
    """The tool said no or failed inside its transaction, which is rolled back."""

    def __init__(self, result: Refused | Failed | Unknown, attempts: tuple[Attempt, ...]) -> None:
        self.result, self.attempts = result, attempts
        super().__init__(type(result).__name__)


def perform(run: LeasedRun, live: Live, action: Action, planned: Planned, spec: ToolSpec) -> bool:
    """One transaction: everything in order, the tool, the checkpoint."""
    boundary = Boundary()
    try:
        with once(action), durable("effect.transactional"):
            permit = permit_for(run, live, action, spec)
            call = StepCall.of(run, planned, spec, action.seq, key=effect_key(run, live, action))
            # No savepoint: whatever is no answer takes back the whole transaction, the permit with it.
            outcome = invoke_transactional(spec, action.args, call, savepoint=False)
            if isinstance(outcome.result, Refused | Failed | Unknown):
                raise NotDone(outcome.result, outcome.attempts)
            point("effect.transactional.performed")
            receipt = outcome.result.output
            add_effect(boundary, action, permit, receipt=receipt, confirmed=True, key=call.key)
            boundary.add_calls(run, spec, action.seq, action.args, outcome.attempts, effect_key=call.key)
            return record(run, live, action, planned, boundary, receipt, call.key)
    except NotDone as failed:
        boundary = Boundary()
        boundary.add_calls(run, spec, action.seq, action.args, failed.attempts)
        if isinstance(failed.result, Refused) and failed.result.code == "world_moved":
            raise Changed("world_moved", failed.result.message) from failed
        return unfinished(run, boundary, planned, action.seq, failed.result, tries=TRIES)
